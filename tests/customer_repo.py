"""The customer's repository, rebuilt from its exported history with `git fast-import`."""

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def build_customer_repo(shared: Path, folder: Path) -> Path:
    """Return a bare-less clone in `folder` holding the exported commits on `main`."""
    rows = (shared / "data" / "bqx" / "commits.jsonl").read_text(encoding="utf-8").splitlines()
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet"],
        input=b"".join(_stream(rows)),
        check=True,
    )
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard", "main"], check=True)
    return folder


def _stream(rows: list[str]) -> Iterator[bytes]:
    for number, row in enumerate(map(json.loads, rows), start=1):
        yield _commit(number, row)


def _commit(number: int, row: dict[str, Any]) -> bytes:
    seconds = int(datetime.fromisoformat(row["authored_at"]).timestamp())
    who = f"{row['author']} <{row['author'].replace(' ', '.').lower()}@example.org> {seconds} +0000"
    message = _data(f"{row['subject']}\n\n{row['body']}".strip() + "\n")
    head = f"commit refs/heads/main\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode()
    parent = f"from :{number - 1}\n".encode() if number > 1 else b""
    return head + message + parent + b"".join(_file(number, file) for file in row["files"]) + b"\n"


def _file(number: int, file: dict[str, str]) -> bytes:
    path = json.dumps(file["path"], ensure_ascii=False)
    if file["change"] == "D":
        return f"D {path}\n".encode()
    return f"M 100644 inline {path}\n".encode() + _data(f"{number}\n")


def _data(text: str) -> bytes:
    raw = text.encode()
    return f"data {len(raw)}\n".encode() + raw + b"\n"
