"""Makes the calls of `AsyncClient` of those of `Client`: `python make_async.py`; a test compares the two."""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).parent / "src" / "ml4t_client"
#: The parts of a client whose every method is a call.
PARTS = ("judging", "views", "control")


def awaited(text: str, name: str) -> str:
    """The asynchronous form of a part of the client."""
    head, body = text.split('"""', 2)[1], text.split('"""', 2)[2]
    return f'"""{head} Made of `client/{name}.py` by make_async.py; do not edit."""' + body.replace(
        "    def ", "    async def "
    ).replace("return self._send(", "return await self._send(").replace("import Sender", "import AsyncSender").replace(
        "(Sender)", "(AsyncSender)"
    )


def made() -> dict[Path, str]:
    """Every file, and what it has to be."""
    return {
        SOURCE / "async_client" / f"{name}.py": awaited((SOURCE / "client" / f"{name}.py").read_text(), name)
        for name in PARTS
    }


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text)
