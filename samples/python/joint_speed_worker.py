"""Serves joint_speed.py at a queue: one process answers many jobs. Needs rerun-sdk 0.41 and pika. The protocol: docs/your-own-deriver.md."""

import json
import os
import shutil
import tempfile
import traceback
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pika

from joint_speed import derive  # numpy and the SDK are loaded here, once

QUEUE = "strata.deriver.joint_speed"
RECORDING, JSON = "application/vnd.rerun.rrd", "application/json"


def answer(body, came_again):
    """Content type, headers and body of the answer to a job."""
    if came_again:  # of this job, perhaps, its worker died; it is asked again later, behind those that wait now
        said = {"failed": "the worker that had this job died before it answered", "tryAgain": True}
        return JSON, {}, json.dumps(said).encode()
    job = json.loads(body)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number, source in enumerate(job["inputs"]):
                path = os.path.join(folder, f"{number}.rrd")
                with urllib.request.urlopen(source["url"]) as remote, open(path, "wb") as local:
                    shutil.copyfileobj(remote, local)
                source["path"] = path
            job["answerPath"] = os.path.join(folder, "answer.rrd")
            said = derive(job)
            if "skipped" in said:
                return JSON, {}, json.dumps(said).encode()
            with open(job["answerPath"], "rb") as file:
                return RECORDING, {"strata-reply": json.dumps(said)}, file.read()
        except Exception as fault:
            will_pass = isinstance(fault, urllib.error.URLError)
            said = {"failed": f"{type(fault).__name__}: {fault}"[:2000], "tryAgain": will_pass, "log": traceback.format_exc()}
            return JSON, {}, json.dumps(said).encode()


connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("BROKER", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
channel.queue_declare(QUEUE, durable=True)
channel.basic_qos(prefetch_count=1)
with ThreadPoolExecutor(1) as pool:
    print(f"waits for jobs at {QUEUE}", flush=True)
    for method, properties, body in channel.consume(QUEUE):
        # Computed beside the connection, whose heartbeats go on meanwhile.
        work = pool.submit(answer, body, method.redelivered)
        work.add_done_callback(lambda _: connection.add_callback_threadsafe(lambda: None))
        while not work.done():
            connection.process_data_events(time_limit=1)
        content_type, headers, said = work.result()
        channel.basic_publish(
            "",
            properties.reply_to,
            said,
            pika.BasicProperties(correlation_id=properties.correlation_id, content_type=content_type, headers=headers),
        )
        channel.basic_ack(method.delivery_tag)
