"""An arm's side of the protocol (see ../arm_process.ts): the first line of stdin is its job, in JSON; it answers with a line when
it is ready. Each further line asks for a number of steps and is answered by their times and losses."""

import json
import os
import sys
import time

_answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print is not an answer


def job():
    """What the driver wants of this arm."""
    return json.loads(sys.stdin.readline())


def _answer(**fields):
    print(json.dumps(fields), file=_answers, flush=True)


def serve(step, builds, loss=float):
    """Says that the arm is ready and takes steps when told; `loss` makes a number of what a step returns, off the clock."""
    _answer(builds=builds)
    for line in sys.stdin:
        milliseconds, losses = [], []
        for _ in range(int(line)):
            start = time.perf_counter()
            returned = step()
            milliseconds.append((time.perf_counter() - start) * 1e3)
            losses.append(loss(returned))
        _answer(ms=milliseconds, losses=losses)
