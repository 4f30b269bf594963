"""Writes signatures.json: messages signed by the reference library of Standard Webhooks (pip install standardwebhooks==1.1.0)."""
import base64, json, pathlib
from datetime import datetime, timezone
from standardwebhooks.webhooks import Webhook

CASES = [
    ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}', b"\x31\xf2\x5e\x9d" * 6),
    ("msg_00000000000000000000000000000000", 1800000000, '{"type":"halted","data":{"reason":"é 漢 👩"}}', bytes(range(24))),
    ("msg_ffffffffffffffffffffffffffffffff", 1, "", bytes(range(64))),
]
rows = []
for message_id, seconds, body, key in CASES:
    secret = "whsec_" + base64.b64encode(key).decode()
    signature = Webhook(secret).sign(message_id, datetime.fromtimestamp(seconds, tz=timezone.utc), body)
    rows.append({"id": message_id, "seconds": seconds, "body": body, "secret": secret, "signature": signature})
path = pathlib.Path(__file__).with_name("signatures.json")
path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
