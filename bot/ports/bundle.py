"""The filled bundle of ports: what the ways in hand to the use cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.plan import (
    Workspace,
)
from bot.ports.airtable import Airtable
from bot.ports.code import CodeReader
from bot.ports.code_host import CodeHost
from bot.ports.evidence import (
    ActivitySource,
    ProbeSource,
    ReportBranch,
    ReportFiles,
    Sources,
)
from bot.ports.mail import Mailer
from bot.ports.outside import Clock, Engine, Messenger
from bot.ports.plan import PlanDatabase


@dataclass(frozen=True, slots=True)
class Ports:
    """
    The filled bundle: everything the ways in hand to the use cases.

    Args:
        messenger: Slack as one workspace's bot sees it, by our workspace id.
        repos: Each project's clones (PROJECT_REPO, BQX_PROJECT_REPOS) by its name; the first of
            them holds the reports. A team's first project has the name "".
        has_probes: Whether any probe is declared, so that reading them is worth a job.
        airtable: None where no token is set.
        code_hosts: Each project's code host by its name, where one is set.
        report_branch_name: The branch that reports are committed to; "" leaves them in the work
            tree, for the team to commit.
    """

    plans: PlanDatabase
    engine: Engine
    messenger: Callable[[str], Messenger]
    activity: ActivitySource
    report_files: ReportFiles
    report_branch: ReportBranch
    probes: ProbeSource
    no_probes: ProbeSource
    clock: Clock
    code: CodeReader
    mailer: Mailer
    repos: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    report_branch_name: str = ""
    has_probes: bool = False
    airtable: Airtable | None = None
    code_hosts: Mapping[str, CodeHost] = field(default_factory=dict)

    def repos_of(self, workspace: Workspace) -> Sequence[Path]:
        """Return a project's own clones: another's history would say wrong things of its plan."""
        return self.repos.get(workspace.project, ())

    def sources_of(self, workspace: Workspace) -> Sources:
        """Return where a project's work is seen; probes are declared for the first one's stages."""
        probes = self.no_probes if workspace.project else self.probes
        return Sources(activity=self.activity, probes=probes, repos=self.repos_of(workspace))
