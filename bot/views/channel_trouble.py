"""What to do when a channel can't be posted to: told to whoever can change it."""

from bot.domain.issues import Issue
from bot.views.issue_message import step_buttons
from bot.views.mrkdwn import Message, actions, escape, mention, message, section
from bot.views.wording import issue_title

_CURES = {
    "channel_not_found": "there is no channel `#{channel}` that I can see. Create it, `/invite` me"
    " if it is private, or write its new name in {setting} if it was renamed",
    "is_archived": "`#{channel}` is archived. Unarchive it, or name another channel in {setting}",
    "not_in_channel": "I am not in `#{channel}`. Type `/invite {bot}` there",
}


def issue_trouble(
    issue: Issue, *, channel: str, code: str, bot_user_id: str | None, is_posted: bool = False
) -> Message:
    """
    Return what to do so that an issue can be posted; the post is tried again meanwhile.

    Args:
        is_posted: Its message is there already, and can't be brought up to date.
    """
    cure = _cure(channel, code, bot_user_id, setting="`BQX_CRITICAL_CHANNEL`")
    lacks = (
        "its message shows an older state" if is_posted else "nobody has been told in the channel"
    )
    text = (
        f":rotating_light: {issue_title(issue)} is *{issue.severity.label}* and {lacks}:"
        f" {cure}.\nThe issue is saved, and I keep trying until Slack takes it."
    )
    blocks = [section(text)]
    if buttons := step_buttons(issue):
        blocks.append(actions("issue_trouble", buttons))
    failed = "brought up to date in" if is_posted else "posted to"
    return message(f"{issue.key} could not be {failed} #{channel}", blocks)


def summary_trouble(*, channel: str, code: str, bot_user_id: str | None) -> Message:
    """Return what to do so that the Monday summary can be posted; it is tried again for a day."""
    cure = _cure(channel, code, bot_user_id, setting="`BQX_CHANNEL`")
    text = f"The Monday summary can't be posted: {cure}.\nI keep trying until tomorrow."
    return message(f"The Monday summary could not be posted to #{channel}", [section(text)])


def _cure(channel: str, code: str, bot_user_id: str | None, *, setting: str) -> str:
    template = _CURES.get(code, "Slack refuses to post in `#{channel}` ({code})")
    bot = mention(bot_user_id) if bot_user_id else "@BQX Cadence"
    return template.format(channel=escape(channel), bot=bot, code=escape(code), setting=setting)
