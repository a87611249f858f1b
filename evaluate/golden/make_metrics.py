"""Prints metrics.json: scikit-learn's numbers for predictions that a formula makes, here and in metrics_test.ts.

    pip install scikit-learn && python make_metrics.py > metrics.json
"""

import json

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, average_precision_score, confusion_matrix, recall_score, roc_auc_score

# name, films, labels, distinct probabilities, share of positives in 1/1000, threshold; the last label is No Finding, but
# that NIH's 14 findings have none: there a film without a label is normal, and its score is the greatest.
CASES = [
    ("many ties", 200, 4, 8, 300, 0.5),
    ("few ties", 500, 5, 1 << 20, 100, 0.5),
    ("another threshold", 300, 3, 64, 500, 0.25),
    ("rare", 400, 6, 1 << 16, 4, 0.5),
    ("one score", 60, 2, 1, 400, 0.5),
    ("no positive", 50, 3, 16, 0, 0.5),
    ("all positive", 50, 3, 16, 1000, 0.5),
    ("one film", 1, 3, 16, 500, 0.5),
    ("no finding marked", 500, 14, 1 << 20, 40, 0.9),
    ("no finding marked, many ties, some at the threshold", 300, 14, 32, 30, 0.75),
    ("no finding marked anywhere", 40, 14, 64, 0, 0.5),
]


def mix(i: int, j: int, salt: int) -> int:
    """A 31-bit integer from exact arithmetic, the same in JavaScript (every product is below 2^53)."""
    h = (i * 7919 + j * 104729 + salt * 1299709 + 12345) % 2147483647
    for _ in range(3):
        h = (h * 48271 + 11) % 2147483647
    return h


def rank(positive, score):
    if len(np.unique(positive)) < 2:
        return {"auroc": None, "average_precision": None}
    return {"auroc": float(roc_auc_score(positive, score)),
            "average_precision": float(average_precision_score(positive, score))}


def run(name, films, classes, levels, share, threshold):
    target = np.array([[int(mix(i, j, 2) % 1000 < share) for j in range(classes)] for i in range(films)])
    # Half noise, half truth, so that there is something to rank.
    score = np.array([[(mix(i, j, 1) % levels + target[i, j] * (levels // 4)) / (levels + levels // 4)
                       for j in range(classes)] for i in range(films)], dtype=np.float64)
    if classes == 14:
        abnormal, abnormality = target.max(axis=1), score.max(axis=1)
        called = (abnormality > threshold).astype(int)
    else:
        abnormal, abnormality = 1 - target[:, -1], 1 - score[:, -1]
        called = (score[:, -1] < threshold).astype(int)
    (tn, fp), (fn, tp) = confusion_matrix(abnormal, called, labels=[0, 1]).tolist()
    recall = lambda of: float(recall_score(abnormal, called, pos_label=of)) if (abnormal == of).any() else None
    return {
        "name": name, "films": films, "classes": classes, "levels": levels, "share": share, "threshold": threshold,
        "expected": {
            "accuracy": float(accuracy_score(abnormal, called)), "disease_recall": recall(1), "specificity": recall(0),
            **rank(abnormal, abnormality),
            "confusion": {"tp": tp, "fp": fp, "tn": tn, "fn": fn},
            "labels": [{"positives": int(target[:, j].sum()), **rank(target[:, j], score[:, j])}
                       for j in range(classes)],
        },
    }


golden = {"source": f"scikit-learn {sklearn.__version__}", "cases": [run(*case) for case in CASES]}
print(json.dumps(golden, indent=2))
