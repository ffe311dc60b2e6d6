"""
Open the plan database and find the workspace in it: what every command begins with.

Apart from `wiring`, which has the whole product in tow, so that `bqx plan export` starts fast.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.domain.effects import Effect
from bot.domain.mails import read_addresses
from bot.domain.plan import Workspace
from bot.errors import UserError
from bot.ports.airtable import Airtable
from bot.ports.code_host import CodeHost
from bot.ports.evidence import ProbeSource, Sources
from bot.ports.mail import Mailer
from bot.settings import Settings

NOTIFY_PATH = "/airtable/notify"  # behind AIRTABLE_NOTIFY_URL

OnCommit = Callable[[str, list[Effect]], None]

if TYPE_CHECKING:
    from bot.adapters.slack import SlackMessenger


def open_plans(settings: Settings, on_commit: OnCommit | None = None) -> SqlPlanDatabase:
    """Return the plan database, migrated; `on_commit` gets the effects of each commit."""
    engine = open_database(settings.url)
    migrate(engine)
    return SqlPlanDatabase(engine, on_commit)


def chosen_workspace(plans: SqlPlanDatabase, settings: Settings) -> Workspace:
    """
    Return the workspace that a command line is about.

    The only one, made when there is none; among several the one of the bot's token. In it the
    first project, or the one that BQX_PROJECT (`bqx --project NAME`) names.

    Raises:
        UserError: there are several, and no token says which; or there is no such project.
    """
    if len([w for w in plans.workspaces() if not w.project]) > 1 and settings.has_slack:
        first = connect_workspace(plans, messenger_of(settings).identity(), settings)
    else:
        first = plans.local_workspace(zone=settings.zone)
    if not settings.bqx_project:
        return first
    return named_project(plans.workspaces(), first, settings.bqx_project)


def named_project(known: Iterable[Workspace], first: Workspace, name: str) -> Workspace:
    """
    Return the project of this name in the team of `first`.

    Raises:
        UserError: there is none.
    """
    team = [w for w in known if w.team_id == first.team_id]
    found = next((w for w in team if w.project == name.strip().lower()), None)
    if found is None:
        names = ", ".join(w.project for w in team if w.project) or "none"
        raise UserError(f"There is no project “{name}”. There is: {names}.")
    return found


def messenger_of(settings: Settings) -> "SlackMessenger":
    """Return Slack as the bot's token sees it."""
    from bot.adapters.slack import SlackMessenger  # noqa: PLC0415 - not every command asks Slack

    return SlackMessenger(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_api_url,
        timeout_s=settings.slack_timeout_s,
    )


def connect_workspace(
    plans: SqlPlanDatabase, identity: Mapping[str, Any], settings: Settings
) -> Workspace:
    """Return the workspace of the bot's team, with what the settings say of it."""
    found = plans.connect_team(
        identity["team_id"], name=identity["team"], bot_user_id=identity["user_id"]
    )
    workspace = workspace_by_settings(found, settings)
    if workspace != found:
        with plans.changing(found.id) as plan:
            plan.put_workspace(workspace)
    return workspace


def workspace_by_settings(workspace: Workspace, settings: Settings) -> Workspace:
    """Return the workspace with what the environment says of it."""
    return replace(
        workspace,
        zone=settings.bqx_timezone or workspace.zone,
        channel=settings.bqx_channel,
        critical_channel=settings.bqx_critical_channel,
        digest_at=settings.bqx_digest_at,
        lead_id=settings.bqx_lead or None,
        stakeholders=read_addresses(settings.bqx_stakeholders.split(",")),
    )


def probes_of(settings: Settings) -> ProbeSource:
    """
    Return the progress probes that the operator declared, none by default.

    Raises:
        SettingsError: the file is missing, unsafe, or an entry makes no sense.
    """
    if settings.bqx_probes is None:
        from bot.adapters.probes.none import NoProbes  # noqa: PLC0415

        return NoProbes()
    from bot.adapters.probes import ProbeReader  # noqa: PLC0415 - not every command reads logs
    from bot.adapters.probes.declared import DeclaredProbes  # noqa: PLC0415
    from bot.adapters.probes.loading import load_probes  # noqa: PLC0415

    probes = load_probes(settings.bqx_probes, settings.repos)
    return DeclaredProbes(ProbeReader(probes, environment=os.environ))


def airtable_of(settings: Settings, plans: SqlPlanDatabase) -> Airtable | None:
    """Return Airtable as the settings open it; None where no token is set."""
    if not settings.has_airtable:
        return None
    from bot.adapters.airtable import GovernedApi, PyAirtableApi  # noqa: PLC0415 - not for all

    gate = plans.call_gate()
    notify = settings.airtable_notify_url

    def api(base_id: str, feature: str) -> PyAirtableApi:
        client = GovernedApi(
            settings.airtable_api_key.get_secret_value(),
            endpoint_url=settings.airtable_api_url,
            base_id=base_id,
            feature=feature,
            gate=gate,
        )
        return PyAirtableApi(client, base_id)

    return Airtable(
        api=api,
        gate=gate,
        monthly_calls=settings.airtable_monthly_calls,
        base_id=settings.airtable_base_id,
        notify_url=f"{notify}{NOTIFY_PATH}" if notify else "",
    )


def code_hosts_of(settings: Settings) -> dict[str, CodeHost]:
    """
    Return each project's code host by its name, where a token and a repository are set.

    Raises:
        SettingsError: there is no adapter of that kind.
    """
    token = settings.code_host_token.get_secret_value()
    repos = settings.code_host_repos if token else {}
    if not repos:
        return {}
    from bot.adapters.code_host import code_host  # noqa: PLC0415 - not every command asks it

    kind, url = settings.code_host_kind, settings.code_host_url
    return {project: code_host(kind, url, token, repo) for project, repo in repos.items()}


def mailer_of(settings: Settings) -> Mailer:
    """
    Return the mail server of the settings; a folder where none is set.

    Raises:
        SettingsError: SMTP_URL can't be used.
    """
    from bot.adapters.mail import (  # noqa: PLC0415 - not every command sends mail
        FolderMailer,
        SmtpMailer,
        read_server_address,
    )

    url = settings.smtp_url.get_secret_value()
    return SmtpMailer(read_server_address(url)) if url else FolderMailer(settings.outbox)


def sources_of(settings: Settings) -> Sources:
    """Return where the work of the command line's project is seen."""
    from bot.adapters.git import GitActivity  # noqa: PLC0415
    from bot.adapters.probes.none import NoProbes  # noqa: PLC0415

    project = settings.bqx_project.strip().lower()
    repos = settings.repos_by_project.get(project, ())
    probes = NoProbes() if project else probes_of(settings)
    return Sources(activity=GitActivity(), probes=probes, repos=repos)
