"""`bqx doctor`: what is wrong with an installation, and what to do about it."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.adapters.database import migrate, open_database
from bot.adapters.git import GitActivity
from bot.adapters.mail import SmtpMailer
from bot.adapters.slack import SlackMessenger
from bot.domain.airtable.looking import Look
from bot.domain.airtable.state import AirtableBase, BaseState, PullMode
from bot.domain.host_connection import READING, HostConnection
from bot.errors import BotError, NotAssessedError, OutageError, RefusedError, SettingsError
from bot.ports.code_host import CodeHost
from bot.settings import SLACK_API_URL, Settings
from bot.usecases.airtable.look import choose_base, look_at_base
from bot.usecases.code_issues.connecting import known_of
from bot.usecases.verify_trail import verify_trail
from bot.views.host_message import cure_of
from bot.views.mrkdwn import unquoted
from bot.views.trail_text import describe_verdict
from bot.workspaces import airtable_of, chosen_workspace, code_hosts_of, mailer_of, open_plans

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
_MOVED, _FORBIDDEN, _NO_ISSUES = 301, 403, 410
MAX_SKEW_S = 60.0  # Slack refuses signatures past 300 s; a minute says that something is off


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was examined.

    Args:
        cure: What to do, where it is not well.
    """

    what: str
    is_well: bool = True
    cure: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Return what was found, one line for each thing looked at."""
    checks: list[Callable[[Settings], Iterator[Finding]]] = [
        _database,
        _trail,
        _slack,
        _socket_mode,
        _clock,
        _git,
        _airtable,
        _code_host,
        _mail,
    ]
    return [finding for check in checks for finding in check(settings)]


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        engine = open_database(settings.url)
        migrate(engine)
    except BotError as error:
        yield Finding("Plan database", is_well=False, cure=f"{error} See DATABASE_URL.")
        return
    engine.dispose()
    yield Finding(f"Plan database ({engine.dialect.name}) is up to date")


def _trail(settings: Settings) -> Iterator[Finding]:
    try:
        plans = open_plans(settings)
    except BotError:
        return  # the database has its own line
    try:
        verdicts = [verify_trail(plans, each.id) for each in plans.workspaces()]
    finally:
        plans.close()
    for verdict in verdicts:
        well = verdict.broken is None
        cure = "`bqx history verify` shows the row; compare with backups and the Monday reports."
        what = describe_verdict(verdict)[0].rstrip(".")
        yield Finding(what, is_well=well, cure="" if well else cure)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url.get_secret_value():
        yield Finding(f"E-mail reaches nobody: no SMTP_URL, files in {settings.outbox} instead")
        return
    try:
        mailer = mailer_of(settings)
        how = mailer.check() if isinstance(mailer, SmtpMailer) else ""
    except RefusedError as error:
        cure = f"{error.detail or 'It said no more.'} See SMTP_URL in the README."
        yield Finding(f"Mail server ({error.code})", is_well=False, cure=cure)
    except BotError as error:
        yield Finding("Mail server", is_well=False, cure=f"{error} See SMTP_URL.")
    else:
        yield Finding(f"The mail server answers, {how}")


def _slack(settings: Settings) -> Iterator[Finding]:
    if not settings.has_slack:
        yield Finding(
            "Slack's bot token",
            is_well=False,
            cure="Set SLACK_BOT_TOKEN (xoxb-…, from “OAuth & Permissions”), or try `bqx sandbox`.",
        )
        return
    messenger = SlackMessenger(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        identity = messenger.identity()
    except RefusedError as error:
        cure = "Copy SLACK_BOT_TOKEN again from “OAuth & Permissions”; reinstall if it was revoked."
        yield Finding(f"Slack's bot token ({error.code})", is_well=False, cure=cure)
        return
    except BotError as error:
        yield Finding("Slack", is_well=False, cure=f"{error} Is the network up?")
        return
    yield Finding(f"Slack's bot token works in {identity['team']}")
    yield from _scopes(identity["scopes"])
    yield from _channels(settings, messenger)


def _scopes(granted: list[str]) -> Iterator[Finding]:
    wanted = yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    missing = sorted(set(wanted) - set(granted))
    if missing:
        cure = "Paste manifest.yml again under “App Manifest”, then reinstall the app."
        yield Finding(f"Scopes missing: {', '.join(missing)}", is_well=False, cure=cure)
        return
    yield Finding(f"All {len(wanted)} scopes are granted")


def _channels(settings: Settings, messenger: SlackMessenger) -> Iterator[Finding]:
    for name in dict.fromkeys((settings.bqx_critical_channel, settings.bqx_channel)):
        trouble = messenger.channel_trouble(name)
        cures = {
            "channel_not_found": f"Create #{name}, or /invite the bot if it is private.",
            "is_archived": f"Unarchive #{name}, or name another channel in the settings.",
            "not_in_channel": f"Type /invite @BQX Cadence in #{name}.",
        }
        if trouble:
            cure = cures.get(trouble, "See Slack's page on this error.")
            yield Finding(f"Channel #{name} ({trouble})", is_well=False, cure=cure)
        else:
            yield Finding(f"Channel #{name} can be posted to")


def _socket_mode(settings: Settings) -> Iterator[Finding]:
    token = settings.slack_app_token.get_secret_value()
    if not token:
        well = bool(settings.slack_signing_secret.get_secret_value())
        cure = "Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET for `bqx web`."
        yield Finding("A way in for Slack's requests", is_well=well, cure="" if well else cure)
        return
    client = WebClient(base_url=settings.slack_api_url, timeout=10, retry_handlers=[])
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        cure = "Make an app-level token with connections:write under “Basic Information”."
        code = error.response["error"]
        yield Finding(f"Socket Mode token ({code})", is_well=False, cure=cure)
    except OSError:
        yield Finding("Socket Mode", is_well=False, cure="Slack can't be reached from here.")
    else:
        yield Finding("Socket Mode opens")


def _clock(settings: Settings) -> Iterator[Finding]:
    url = settings.slack_api_url if settings.has_slack else SLACK_API_URL
    skew = _skew_s(f"{url}api.test")
    if skew is None:
        yield Finding("Clock: not compared, Slack can't be reached")
    elif abs(skew) > MAX_SKEW_S:
        cure = "Set the clock (NTP): Slack refuses signatures that are five minutes off."
        yield Finding(f"Clock is {skew:+.0f} s off", is_well=False, cure=cure)
    else:
        yield Finding("Clock agrees with Slack's")


def _skew_s(url: str) -> float | None:
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - Slack's address, from the settings
            stated = answer.headers.get("Date")
    except HTTPError as error:
        with error:
            stated = error.headers.get("Date")
    except (URLError, OSError):
        return None
    if not stated:
        return None
    return float(time.time() - parsedate_to_datetime(stated).timestamp())


def _git(settings: Settings) -> Iterator[Finding]:
    if shutil.which("git") is None:
        yield Finding("git", is_well=False, cure="Install git.")
        return
    if not settings.repos:
        cure = "Set PROJECT_REPO to a clone of the project, so that work and plan are compared."
        yield Finding("Project repo", is_well=False, cure=cure)
    now = datetime.now(UTC)
    for repo in settings.repos:
        try:
            activity = GitActivity().read(repo, since=now, until=now)
        except NotAssessedError as error:
            yield Finding(f"Project repo {repo}", is_well=False, cure=str(error))
        else:
            yield Finding(f"Project repo {activity.repo} ({activity.branch}) can be read")


def _airtable(settings: Settings) -> Iterator[Finding]:
    if not settings.has_airtable:
        return
    try:
        plans = open_plans(settings)
    except BotError:
        return  # the database has its own line
    try:
        with plans.reading(chosen_workspace(plans, settings).id) as plan:
            base = plan.airtable_base()
        opened = airtable_of(settings, plans)
        if opened is None:
            return
        known = base.base_id if base and base.state is not BaseState.PROPOSED else ""
        look = look_at_base(opened, known or choose_base(opened), most=1)
    except OutageError as error:
        cure = f"{error} Is AIRTABLE_API_URL right, and the network up?"
        yield Finding("Airtable", is_well=False, cure=cure)
    except BotError as error:
        yield Finding("Airtable", is_well=False, cure=str(error))
    else:
        yield _permission(look)
        yield from _connection(look, base)
    finally:
        plans.close()


def _permission(look: Look) -> Finding:
    name = f"Airtable's token sees {look.name}"
    if not look.may_write:
        cure = "Make the token's user an editor of the base, or a creator."
        return Finding(f"{name}, and may only read it", is_well=False, cure=cure)
    if look.permission != "create":
        cure = "Creator rights would let me make what is missing, and hear of changes at once."
        return Finding(f"{name}, and may write records", cure=cure)
    return Finding(f"{name}, and may write and make what is missing")


def _connection(look: Look, base: AirtableBase | None) -> Iterator[Finding]:
    if base is None or base.state is BaseState.PROPOSED:
        yield Finding(
            f"Airtable base {look.name}: not connected yet",
            cure="`bqx airtable connect` proposes what is what; nothing changes before you say so.",
        )
        return
    for trouble in base.troubles:
        yield Finding(f"Airtable: {trouble.text}", is_well=False, cure=trouble.cure)
    if not base.troubles:
        by_time = base.mode is PullMode.MODIFIED
        cure = "With webhook:manage and creator rights, changes would be heard of sooner."
        yield Finding(f"Airtable base {look.name} is connected", cure=cure if by_time else "")


def _code_host(settings: Settings) -> Iterator[Finding]:
    if settings.code_host_repos and not settings.code_host_token.get_secret_value():
        cure = "Set CODE_HOST_TOKEN to a token that may read and write issues."
        yield Finding("The code host is not asked: no token", is_well=False, cure=cure)
    try:
        hosts = code_hosts_of(settings)
        plans = open_plans(settings) if hosts else None
    except SettingsError as error:
        yield Finding("Code host", is_well=False, cure=str(error))
        return
    except BotError:
        return  # the database has its own line
    if plans is None:
        return
    try:
        known = {each.project: each for each in plans.workspaces()}
        for project, host in hosts.items():
            yield from _access(host)
            connection = None
            if project in known:
                with plans.reading(known[project].id) as plan:
                    connection = known_of(plan, host)
            yield from _in_step(host, connection)
    finally:
        plans.close()


def _access(host: CodeHost) -> Iterator[Finding]:
    name = f"{host.name} {host.repo}"
    try:
        access = host.access()
    except OutageError as error:
        cure = f"{error} Is CODE_HOST_URL right, and the network up?"
        yield Finding(name, is_well=False, cure=cure)
        return
    except RefusedError as error:
        yield Finding(f"{name}: {error.code}", is_well=False, cure=unquoted(cure_of(error.status)))
        return
    if access.repo.casefold() != host.repo.casefold():
        what = f"{name} is called {access.repo} now"
        yield Finding(what, is_well=False, cure=unquoted(cure_of(_MOVED)))
    elif not access.has_issues:
        what = f"{name}: issues are switched off"
        yield Finding(what, is_well=False, cure=unquoted(cure_of(_NO_ISSUES)))
    elif access.may_write is False:
        what = f"{name}: the token may read issues, and not write them"
        yield Finding(what, is_well=False, cure=unquoted(cure_of(_FORBIDDEN)))
    elif access.may_write is None:
        cure = "It has to have “Issues: Read and write”; the host tells that only by a write."
        yield Finding(f"{name}: the token may read issues, its user may write them", cure=cure)
    else:
        yield Finding(f"{name}: the token may read and write issues")


def _in_step(host: CodeHost, known: HostConnection | None) -> Iterator[Finding]:
    name = f"{host.name} {host.repo}"
    if known is None or not known.is_agreed:
        yield Finding(
            f"{name}: not kept in step yet, nothing is written on either side",
            cure="`bqx issues sync` or `/bqx code` shows what a yes would take over.",
        )
    for trouble in known.troubles if known else ():
        what = "can't be read" if trouble.key == READING else f"{trouble.key} is not written there"
        cure = f"{unquoted(cure_of(trouble.status))} Then “Try again” in `/bqx code`."
        yield Finding(f"{name}: {what}, {trouble.why}", is_well=False, cure=cure)
