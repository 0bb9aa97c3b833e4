"""What schemathesis cannot know about the fragment and the sandbox."""

import json
import os
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from requests.auth import HTTPDigestAuth

KEYS = ("MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY")

schemathesis.auth.set_from_requests(HTTPDigestAuth(*(os.environ[key] for key in KEYS)))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Adds the responses that are the sandbox's own to each operation, and their codes to the open enum."""
    own = raw_schema["x-sandbox-responses"]
    for response in own.values():
        raw_schema["components"]["schemas"]["ErrorCode"]["enum"] += response["x-error-codes"]
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if "responses" in operation:
                operation["responses"] = own | operation["responses"]


@schemathesis.hook
def after_call(context, case, response):
    """Replaces an envelope by its content: the schema of a response cannot depend on a parameter."""
    query = parse_qsl(urlsplit(response.request.url).query)
    if ("envelope", "true") in query and response.status_code == 200:
        envelope = json.loads(response.content)
        if set(envelope) == {"status", "content"}:
            response.status_code = envelope["status"]
            response.content = json.dumps(envelope["content"]).encode()
