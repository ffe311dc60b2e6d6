"""E-mail behind the port `Mailer`: an SMTP server, or a folder where none is set up."""

from bot.adapters.mail.folder import FolderMailer
from bot.adapters.mail.server_address import ServerAddress, read_server_address
from bot.adapters.mail.smtp import SmtpMailer

__all__ = ["FolderMailer", "ServerAddress", "SmtpMailer", "read_server_address"]
