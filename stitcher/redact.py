"""Text with its secrets taken out: for logs, errors, the ledger and reports.

Everything a server says and everything about a request passes through here before it is kept or shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "[redacted]"

# No pattern begins with a repetition, so that a hostile text of any length costs no more than reading it.
_SECRETS = re.compile(
    r"""
      (?P<keep>
          \bbearer\s+                                                 # Authorization: Bearer …
        | (?:api[_-]?(?:key|secret)|secret|password|token|jwt)["']?\s*[=:]\s*["']?   # _jwt=…, API_SECRET: …
        | (?:signature|credential|policy)(?:=|["']\s*:\s*["'])         # the fields of a signed upload
      )
      (?!\[redacted\])(?:bearer\s+)?[^\s"'&<>,;)}\]]{4,}
    | \bkey_[A-Za-z0-9_-]{4,}                                           # a Runway key, wherever it stands
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?     # a JSON Web Token, wherever it stands
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DATA_URI = re.compile(r"(data:[\w.+-]+/[\w.+-]+;base64,)([A-Za-z0-9+/=_-]{64,})")
_URL_USER = re.compile(r"(\bhttps?://)[^\s/@:]+:[^\s/@]+@", re.IGNORECASE)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The same text with keys, bearer tokens, signed-URL tokens and base64 payloads replaced.

    `secrets` are exact strings to hide as well, such as the key in use; ones under 4 characters are ignored,
    because hiding them would make the text unreadable without making it safer.
    """
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, HIDDEN)
    text = _SECRETS.sub(lambda found: (found["keep"] or "") + HIDDEN, text)
    text = _URL_USER.sub(rf"\1{HIDDEN}@", text)
    return _DATA_URI.sub(lambda found: f"{found[1]}[{len(found[2])} characters]", text)
