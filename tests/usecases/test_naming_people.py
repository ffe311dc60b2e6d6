"""One rule says whom a typed word means, wherever a person is named."""

import json
from dataclasses import replace

import pytest

from bot.domain.entries import IssueEntry
from bot.domain.identities import leading_person
from bot.domain.issues import Severity
from bot.domain.people import Person, Role
from bot.domain.plan import Member
from bot.domain.settings_words import chain_lines, read_chain
from bot.errors import UserError
from bot.usecases.file_issue import file_issue
from bot.usecases.read_history import choose
from handlers.replies import Replies
from tests.builders import ANA, BEN, CARA
from tests.conftest import MONDAY
from tests.usecases.house import House

DORA, DAN, GONE, JO = "U0DORA", "U0DAN", "U0GONE", "U0JO"
MEMBERS = (
    Member(id=ANA, name="ana", real_name="Ana Reyes", is_admin=True),
    Member(id=BEN, name="ben", real_name="Ben Okafor", aliases=("b.okafor@git.example",)),
    Member(id=CARA, name="Cara Núñez", is_admin=True),
    Member(id=DORA, name="Dee", real_name="Dora Łącka"),
    Member(id=DAN, name="Dee"),
    Member(id=JO, name="Ben Jo", real_name="Jo Benn"),
    Member(id=GONE, name="Gus Gone", is_active=False),
    Member(id="U0ROBOT", name="robot", is_bot=True),
)


class Named:
    """A plan in which every way to name a person can be tried."""

    def __init__(self, folder):
        self.house = House(folder)
        self.plans = self.house.plans
        self.asker = self.house.small.asker
        self.key = file_issue(
            self.plans, IssueEntry(title="Down", severity=Severity.MINOR), self.asker(CARA)
        ).issue.key
        with self.reading() as plan:
            self.workspace = plan.workspace
        with self.plans.changing(self.workspace.id) as plan:
            for member in MEMBERS:
                plan.put_member(member)
            plan.save(Person(key=BEN, aliases=("DATA-001",)), self.asker(CARA).why())

    def reading(self):
        return self.plans.reading(self.house.workspace_id)

    def typed(self, text):
        reply = Replies(self.house.desk).to(text, self.asker(ANA))
        said = json.dumps(reply.message, ensure_ascii=False)
        if "You typed" in said:
            raise UserError(said)
        return said

    def assign(self, word):
        self.typed(f"assign {self.key} {word}")
        with self.reading() as plan:
            return plan.issue(self.key).owner_id

    def restrict(self, word):
        self.typed(f"restrict {self.key} {word}")
        with self.reading() as plan:
            return plan.issue(self.key).visible_to[0]

    def role(self, word):
        self.typed(f"role {word} lead")
        with self.reading() as plan:
            return next(key for key, each in plan.people().items() if each.role is Role.LEAD)

    def claim(self, word):
        self.typed(f"claim NEW-9 {word if word.startswith('<') else '@' + word.lstrip('@')}")
        with self.reading() as plan:
            return next(key for key, each in plan.people().items() if "NEW-9" in each.aliases)

    def away(self, word):
        self.typed(f"away {word if word.startswith('<') else '@' + word.lstrip('@')} 3 days")
        with self.reading() as plan:
            return next(key for key, each in plan.people().items() if each.away_since)

    def history(self, word):
        with self.reading() as plan:
            chosen = choose(plan, f"by {word}", member_id=ANA, now=MONDAY)
        return chosen[1].actor_id

    def chain(self, word):
        with self.reading() as plan:
            (step,) = read_chain(f"15 {word}", plan.members(), ANA)
        return step.removeprefix("15 ")


WAYS = ("assign", "restrict", "role", "claim", "away", "history", "chain")


@pytest.fixture
def named(tmp_path):
    return Named(tmp_path)


@pytest.fixture(params=WAYS)
def way(request, named):
    return getattr(named, request.param)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        (f"<@{BEN}>", BEN),
        (f"<@{BEN}|ben>", BEN),
        ("@Ben", BEN),
        ("u0ben", BEN),
        ("Ben Okafor", BEN),
        ("b.okafor@git.example", BEN),
        ("data-001", BEN),
        ("CARA NUNEZ", CARA),
        ("cara", CARA),
        ("Cára", CARA),
        ("dora lacka", DORA),
        ("dora", DORA),
        ("jo", JO),
        ("me", ANA),
        ("@myself", ANA),
    ],
)
def test_everywhere_the_same_words_mean_the_same_person(way, word, found):
    assert way(word) == found


def test_a_name_of_several_is_refused_with_all_of_them(way):
    with pytest.raises(UserError, match=r"“@?dee” may be <@U0DAN> or <@U0DORA>"):
        way("dee")


def test_an_unknown_name_is_refused_with_the_nearest(way):
    with pytest.raises(UserError, match=f"nobody called “@?kara”. Did you mean <@{CARA}>"):
        way("kara")


@pytest.mark.parametrize("word", ["Gus Gone", "gus", f"<@{GONE}>", "robot"])
def test_who_is_not_here_is_refused_but_in_the_history(named, word):
    for name in WAYS:
        if name == "history":
            assert named.history(word) in {GONE, "U0ROBOT"}
            continue
        with pytest.raises(UserError, match=r"has left the workspace|is a bot"):
            getattr(named, name)(word)


def test_a_mention_of_a_stranger_is_refused_but_in_the_history(named):
    with pytest.raises(UserError, match="I don't know <@U0STRANGE> yet"):
        named.role("<@U0STRANGE>")
    assert named.history("<@U0STRANGE>") == "U0STRANGE"


def test_typed_words_come_back_as_no_mention(way):
    with pytest.raises(UserError) as error:
        way("zz<!channel>zz")

    assert "<!channel" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("@ben okafor until Friday", ("@ben okafor", "until Friday")),
        ("@ben until Friday", ("@ben", "until Friday")),
        ("@nobody here 3 days", ("@nobody", "here 3 days")),
        (f"<@{BEN}|ben>3 days", (f"<@{BEN}|ben>", "3 days")),
        ("until Friday", ("", "until Friday")),
        ("@", ("@", "")),
        ("", ("", "")),
    ],
)
def test_a_name_of_several_words_may_begin_a_text(text, parts):
    assert leading_person(text, MEMBERS) == parts


def test_the_chain_reads_as_it_is_typed_where_names_are_alike():
    chain = (f"15 {DAN}", f"30 {JO}", f"45 {GONE}")
    shown = chain_lines(chain[:2], MEMBERS)

    assert shown == f"15 {DAN}\n30 @Ben Jo"
    assert read_chain(shown, MEMBERS, ANA) == chain[:2]
    assert chain_lines(chain, MEMBERS).endswith(GONE)


def test_a_mapped_name_comes_before_slacks_and_the_shown_before_the_real_one(named):
    with named.plans.changing(named.workspace.id) as plan:
        plan.put_member(Member(id="U0NEW", name="Data-001", real_name="ana"))
        plan.put_member(replace(MEMBERS[2], name="Jo Benn"))

    assert named.assign("data-001") == BEN
    assert named.assign("ana") == ANA
    assert named.assign("jo benn") == CARA
