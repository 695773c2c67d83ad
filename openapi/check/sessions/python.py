# The same by a Python client of OpenAPI Generator.
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "generated", "python"))

import openapi_client
from openapi_client.exceptions import ApiException

configuration = openapi_client.Configuration(host=os.environ["CONDUIT_URL"])
# This generator forgets it where there is none.
configuration.access_token = None
with openapi_client.ApiClient(configuration) as client:
    jobs = openapi_client.JobsApi(client)
    blocks = openapi_client.BlocksApi(client)
    definition = {
        "steps": [{"action": "TEXT.JOIN", "id": "join", "parameters": {"text1": "Hello", "text2": "World"}}],
        "output": "{: join :}",
    }
    job = jobs.submit_job(definition, prefer="wait=20")
    read = jobs.get_job(job.id)
    listed = jobs.list_jobs(state="succeeded")
    step = jobs.get_step(job.id, "join")
    some = blocks.list_blocks(match="TEXT.*")
    try:
        jobs.get_job("nobody")
        missing = None
    except ApiException as problem:
        missing = json.loads(problem.body)["type"]
    said = [job.state, read.output, len(listed.data) > 0, step.return_value, len(some.data) > 5, missing]
    print(json.dumps(said))
