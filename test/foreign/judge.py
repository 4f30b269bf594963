"""What onnxruntime says of variants that were not refused.

python judge.py ACCEPTED.json VERDICTS.json: ACCEPTED has {file, x, p} with rows and our probabilities; VERDICTS gets {file, outcome, worst}.
Each file is run in a process of its own, which may crash or run too long.
"""

import base64
import json
import multiprocessing
import sys

import numpy as np

from answers import fed, positive, probability_output, session_of

TOLERANCE = 1e-6
SECONDS = 20


def judge(record, send):
    x = np.frombuffer(base64.b64decode(record["x"]), "<f4").reshape(record["n"], -1)
    ours = np.frombuffer(base64.b64decode(record["p"]), "<f8")
    try:
        with open(record["file"], "rb") as file:
            session = session_of(file.read())
        name = probability_output(session)
        theirs = np.concatenate([positive(session.run([name], fed(session, x[k : k + 1]))[0]) for k in range(len(x))])
    except Exception as error:
        send.send(("refused by onnxruntime", 0.0, str(error)[:200]))
        return
    distance = np.where(np.isnan(ours), 0, np.abs(ours - theirs))  # not a number is no answer
    worst = float(min(np.nan_to_num(distance, nan=1e300, posinf=1e300).max(), 1e300))
    send.send(("equal" if worst <= TOLERANCE else "wrong", worst, ""))


def main(accepted, verdicts):
    with open(accepted) as file:
        records = json.load(file)
    found = []
    context = multiprocessing.get_context("fork")
    for record in records:
        receive, send = context.Pipe(False)
        process = context.Process(target=judge, args=(record, send))
        process.start()
        send.close()
        try:
            answer = receive.recv() if receive.poll(SECONDS) else ("onnxruntime hangs", 0.0, "")
        except EOFError:
            answer = ("onnxruntime crashes", 0.0, "")
        process.kill()
        process.join()
        found.append({"file": record["file"], "outcome": answer[0], "worst": answer[1], "reason": answer[2]})
    with open(verdicts, "w") as file:
        json.dump(found, file)


main(*sys.argv[1:])
