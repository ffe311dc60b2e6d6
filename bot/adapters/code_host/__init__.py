"""Code hosts by their kind; GitLab's or Gitea's adapter goes beside GitHub's."""

from collections.abc import Callable, Mapping

from bot.errors import SettingsError
from bot.ports.code_host import CodeHost

Maker = Callable[[str, str, str], CodeHost]  # of base URL, token and "owner/name"


def code_host(kind: str, url: str, token: str, repo: str) -> CodeHost:
    """
    Return the code host that the settings name.

    Raises:
        SettingsError: no adapter of that kind.
    """
    maker = _MAKERS.get(kind.strip().lower())
    if maker is None:
        raise SettingsError(
            f"CODE_HOST_KIND is “{kind}”; there is an adapter for: {', '.join(_MAKERS)}."
        )
    return maker(url, token, repo)


def _github(url: str, token: str, repo: str) -> CodeHost:
    from bot.adapters.code_host.github import GitHubHost  # noqa: PLC0415 - only where it is used

    return GitHubHost(token, url=url, repo=repo)


_MAKERS: Mapping[str, Maker] = {"github": _github}
