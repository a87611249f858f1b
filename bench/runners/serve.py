"""A runner's side of the protocol (see ../runner_process.ts): the first line of stdin is its job, in JSON, which it answers when it
is ready. Each further line asks for a number of steps, which it answers with their times and losses."""

import json
import os
import sys
import time

_answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print is not an answer


def job():
    """Reads the job of this runner."""
    return json.loads(sys.stdin.readline())


def _answer(**fields):
    print(json.dumps(fields), file=_answers, flush=True)


def serve(step, builds, loss=float):
    """Reports that the runner is ready, then takes steps on request; `loss` computes the loss from what a step returns, untimed."""
    _answer(builds=builds)
    for line in sys.stdin:
        milliseconds, losses = [], []
        for _ in range(int(line)):
            start = time.perf_counter()
            returned = step()
            milliseconds.append((time.perf_counter() - start) * 1e3)
            losses.append(loss(returned))
        _answer(ms=milliseconds, losses=losses)
