"""Counts what the notes say: a second language behind the same API."""

import base64
import collections
import json
import re


def handler(event, context):
    texts = read_texts(event)
    if texts is None:
        return answer(400, {"message": 'The body must be {"texts": ["…"]}.'})
    words = [word.lower() for text in texts for word in re.findall(r"\w+", text)]
    frequent = collections.Counter(word for word in words if len(word) > 3).most_common(3)
    return answer(
        200,
        {"notes": len(texts), "words": len(words), "frequent": [word for word, _ in frequent]},
    )


def read_texts(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    try:
        texts = json.loads(body).get("texts")
    except (ValueError, AttributeError):
        return None
    well_formed = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    return texts if well_formed else None


def answer(status, value):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(value),
    }
