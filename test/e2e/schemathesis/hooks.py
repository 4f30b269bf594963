"""What schemathesis must be told of NDJSON, of which OpenAPI 3.1 describes neither the lines nor a wrong body."""

import json

import schemathesis

NDJSON = "application/x-ndjson"
ACCEPTED_ALTHOUGH_WRONG = "ST201"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Makes lines by the schema of a line, which the document has beside the schema of the whole text."""
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            media = operation.get("requestBody", {}).get("content", {}).get(NDJSON)
            if media is not None:
                media["schema"] = {"type": "array", "items": media["x-item-schema"]}


@schemathesis.serializer(NDJSON)
def to_lines(context, value):
    """Examples are text already."""
    if isinstance(value, str):
        return value.encode()
    lines = value if isinstance(value, list) else [value]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """No batch is wrong as a whole: a wrong line is answered by its error, and the batch by 200."""
    is_batch = case.media_type == NDJSON and response.status_code == 200
    return not (is_batch and failure.code == ACCEPTED_ALTHOUGH_WRONG)
