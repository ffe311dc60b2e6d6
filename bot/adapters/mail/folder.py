"""Mail that is written into a folder, where no server is set up."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.mail.composing import composed
from bot.domain.mails import Mail
from bot.errors import OutageError

SENDER = "bqx-cadence@localhost"


@dataclass(frozen=True)
class FolderMailer:
    """Writes each mail as an .eml file, which every mail program opens."""

    folder: Path
    sender: str = SENDER

    @property
    def is_server(self) -> bool:
        """No: nobody gets these unless somebody carries them on."""
        return False

    def send(self, mail: Mail) -> Mapping[str, str]:
        """
        Write the mail; the same one again replaces its file.

        Raises:
            OutageError: the folder can't be written to.
            RefusedError: the address is none.
        """
        message = composed(mail, self.sender)
        file = self.folder / f"{mail.id}.eml"
        half = file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(message.as_bytes())
            os.replace(half, file)  # noqa: PTH105 - whole or not at all, whatever dies
        except OSError as error:
            raise OutageError("The folder for mail", what="can't be written to") from error
        return {"file": str(file), "message_id": str(message["Message-ID"])}
