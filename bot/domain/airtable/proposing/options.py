"""What the options of a select mean: a base's "Up next", "🚧 WIP" and "P1" in the plan's words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bot.domain.airtable.proposing import foreign
from bot.domain.airtable.proposing.names import Words, essence, phrases, word_set, words_of
from bot.domain.plan_file import ItemKind

STATUS_MEANINGS = ("not started", "in progress", "blocked", "complete")
ISSUE_MEANINGS = ("Open", "In Progress", "Resolved", "Closed")
SEVERITY_MEANINGS = ("1", "2", "3", "4")

_SHARED_DOING = (
    "in hand|current|snagging|snag|being managed|in motion|moving|going|started already|now"
    "|in progress|running|doing|wip|being looked at|looking into it|rolling|work in progress"
    "|active|ongoing|underway|under way|started|working on it"
    "|working|in work|in review|review|under review|ready for review|for review|testing|in testing"
    "|in test|test|qa|in qa|ready for qa|ready for testing|in arbeit|lauft|laufend|begonnen"
    "|in bearbeitung|en cours|en curso|en marcha|en progreso|en proceso|almost done|nearly done"
    "|half done"
    "|partially done|building|in development|developing|implementing|coding|verifying|validating"
    "|on track|in flight|at work|revue|en revision|en revue|zur prufung|in prufung|in build"
    "|under construction|processing|investigating|fixing|being worked on|en test|code review"
    "|in dev|kicked off|angefangen"
)
_SHARED_STUCK = (
    "blocked|on hold|hold|held|waiting|waiting on|waiting for|stuck|paused|pause|impeded|stalled"
    "|blockiert|wartet|wartend|pausiert|angehalten|bloque|bloquee|en attente|en pause"
    "|bloqueado|bloqueada|parado|parada"
    "|en espera|pausado|detenido|gestoppt|gesperrt|parked|stopped|needs input|awaiting"
)
_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "status": {
        "not started": (
            "todo|to do|to be done|tbd|to be started|not commenced|not opened|not open yet"
            "|waiting to start|unscheduled"
            "|coming up"
            "|on deck|wishlist|requested|untouched|soon|backlog|planned|plan|planning"
            "|not started|not yet started"
            "|not yet|not begun"
            "|ready|ready to start|next|next up|up next|open|new|queued|pending|scheduled|upcoming"
            "|inbox|idea|future|later|draft|unstarted|offen|geplant|nicht begonnen|zu erledigen"
            "|nicht gestartet|neu|bereit|ausstehend|a faire|planifie|planifiee|pas commence"
            "|non commence|non demarre|nouveau|por hacer|por empezar|pendiente|planificado"
            "|planificada"
            "|not kicked off|nicht angefangen|noch nicht angefangen|noch nicht begonnen"
            "|no iniciado|no empezado|sin empezar|nuevo|a venir|proposed|not done|icebox|unassigned"
        ),
        "in progress": _SHARED_DOING,
        "blocked": _SHARED_STUCK,
        "complete": (
            "ok|past|wrapped|wrapped up|handed over|in use|gone live|passed|done|complete"
            "|completed|finished|closed|shipped|live|released|delivered|deployed"
            "|merged"
            "|resolved|launched|achieved|fertig|erledigt|abgeschlossen|geschlossen|geliefert"
            "|termine|terminee|fini|finie|fait|livre|livree|clos|landed|hecho|hecha|acabado"
            "|acabada|completado|completada"
            "|abgenommen|terminado|terminada|cerrado|finalizado|accepted|in production|signed off"
            "|all done"
        ),
    },
    "issue status": {
        "Open": (
            "draft|tbd|inbox|untriaged|awaiting triage|open|opened|new|detected|todo|to do|backlog"
            "|reported|triage|triaged|needs triage|unresolved"
            "|not started|reopened|pending|planned|confirmed|to investigate|unassigned"
            "|raised|identified|active"
            "|offen|neu|gemeldet|ouvert|ouverte|nouveau|a faire|abierto|abierta|nuevo|pendiente"
            "|acknowledged|logged|accepted|ready|queued|por hacer|not yet started"
        ),
        "In Progress": f"{_SHARED_DOING}|{_SHARED_STUCK}|mitigating|mitigated|assigned"
        "|being managed|action pending|monitoring|monitored|analysing|analysed|analyzing|analyzed"
        "|in klarung|triaging|diagnosing|contained",
        "Resolved": (
            "ok|put out|cleared|resolved|fixed|done|solved|complete|completed|behoben|gelost"
            "|erledigt|fertig|resolu"
            "|resolue|corrige|sorted|resuelto|resuelta|solucionado|shipped|deployed|hecho"
            "|termine|finished"
        ),
        "Closed": "closed|verified|abgenommen|geschlossen|abgeschlossen|ferme|fermee|clos|cerrado"
        "|cerrada",
    },
    "severity": {
        "1": (
            "very high|extreme|crit|critical|blocker|urgente|blocking|highest|urgent|showstopper"
            "|show stopper"
            "|emergency|severe"
            "|catastrophic|kritisch|critique|critico|critica|blockierend|blockiert|bloquant"
            "|bloqueante|dringend|immediate|outage|stop everything|on fire"
        ),
        "2": (
            "high|major|serious|important|hoch|schwer|wichtig|gross|elevee|eleve|haute|majeur"
            "|majeure|alta|alto|mayor|grave|significant|hurt"
        ),
        "3": (
            "annoying|tolerable|medium|moderate|minor|normal|mid|average|mittel|gering|moyen"
            "|moyenne|mineur|mineure"
            "|media|medio|menor|leicht|med"
        ),
        "4": (
            "meh|minimal|very low|tiny|low|debt|technical debt|tech debt|trivial|cosmetic|lowest"
            "|nice to have|niedrig|basse"
            "|faible|baja|bajo|kosmetisch|technische schuld|dette technique|deuda tecnica|schuld"
            "|someday|paper cut|papercut|negligible"
        ),
    },
}
_FOREIGN = {
    "status": foreign.STATUS,
    "issue status": foreign.ISSUE_STATUS,
    "severity": foreign.SEVERITY,
}
_PHRASES: Mapping[str, Mapping[Words, str]] = {
    name: {
        phrase: meaning
        for said in (_FOREIGN[name], own)
        for meaning, text in said.items()
        for phrase in phrases(text)
    }
    for name, own in _MEANINGS.items()
}
# No end the plan knows: neither open nor done, so nothing is said for the person.
_NO_MEANING = word_set(
    "cancel cancelled canceled cancele wont deferred defer rejected reject dropped abandoned"
    " duplicate invalid skipped obsolete abgebrochen verworfen zuruckgestellt annule annulee"
    " abandonne abandonnee reporte cancelado cancelada descartado aplazado postponed superseded"
    " declined archived storniert entfallt never"
)
_NO_MEANING_PHRASES = phrases(
    "won t do|won t fix|will not do|not a bug|not an issue|not needed|can t reproduce"
    "|cannot reproduce|works as designed|by design|n a|not applicable|out of scope|at risk"
)
_NEGATIONS = frozenset({"not", "no", "non", "nicht", "pas", "un", "never", "sin", "kein", "isn"})
_EMOJI: Mapping[str, Mapping[str, str]] = {
    "status": {
        "✅☑✔🟢🏁🎉🚀💚": "complete",
        "🚧🔄🏃⚙🛠🔨🟡🔵💪": "in progress",
        "⛔🛑🚫🔴⏸✋🟥": "blocked",
        "⚪⬜🔲🆕📥💤📝⚫": "not started",
    },
    "issue status": {
        "✅☑✔🟢🎉": "Resolved",
        "🚧🔄🏃⚙🛠🔨🟡🔵⛔⏸": "In Progress",
        "🆕⚪⬜🔴📥": "Open",
        "🔒🏁⚫": "Closed",
    },
    "severity": {"🔴🔥🚨⛔🟥": "1", "🟠🟧": "2", "🟡🟨": "3", "🟢⚪🔵🟩": "4"},
}
# A coloured dot beside words nobody knows says little: "🔴 Legal".
_DOTS = frozenset("🟢🔴🟡🔵⚪⚫🟥🟠🟧🟨🟩")
_LEVEL = re.compile(
    r"^\W{0,6}(?:level|lvl|l|sev|severity|severite|severidad|s|p|prio|priority|stufe|niveau|nivel"
    r"|grad|grade|schweregrad|cat|category|tier)?[\s\-_:.#]{0,3}([0-9])(?![0-9])",
    re.IGNORECASE,
)
_ORDER = re.compile(r"^\s*[0-9]{1,2}\s*(?:[.)\-_:]|\s)\s*")
_LAST_LEVEL = 4


def meanings_of(kind: ItemKind, name: str) -> tuple[str, ...]:
    """Return what an option of a field may mean; empty where the field has no such words."""
    if name == "severity":
        return SEVERITY_MEANINGS
    if name == "status":
        return ISSUE_MEANINGS if kind == "issue" else STATUS_MEANINGS
    return ()


def read_words(kind: ItemKind, name: str, options: Sequence[str]) -> dict[str, str]:
    """Return what each option means, in their order; options that mean nothing known are left."""
    topic = "severity" if name == "severity" else "status"
    if kind == "issue" and name == "status":
        topic = "issue status"
    levels = _levels(options) if topic == "severity" else {}
    drawn = [option for option in options if not _is_a_matter_of_number(option, options)]
    found = {}
    for option in options:
        meaning = _said(option, topic) or levels.get(option)
        if not meaning and option in drawn:
            meaning = _drawn(option, topic)
        if meaning:
            found[option] = meaning
    return found


def _said(option: str, topic: str) -> str | None:
    """Return what the words of an option say; None where they say nothing, or two things."""
    said = essence(words_of(_ORDER.sub("", option.split("(", 1)[0]) or option))
    known = _PHRASES[topic]
    if said in known or "".join(said) in {"".join(phrase) for phrase in known}:
        squeezed = {"".join(phrase): meaning for phrase, meaning in known.items()}
        return known.get(said) or squeezed["".join(said)]
    if _is_off_the_plan(said):
        return None
    meanings, rest = _scan(said, known)
    if len(meanings) != 1 or _NEGATIONS.intersection(rest):
        return None
    return meanings.pop()


def _is_off_the_plan(said: Words) -> bool:
    text = f" {' '.join(said)} "
    return bool(_NO_MEANING.intersection(said)) or any(
        f" {' '.join(phrase)} " in text for phrase in _NO_MEANING_PHRASES
    )


def _scan(said: Words, known: Mapping[Words, str]) -> tuple[set[str], list[str]]:
    """Return the meanings of the longest phrases in a text, and the words that say none."""
    longest = max(map(len, known))
    meanings, rest, at = set(), [], 0
    while at < len(said):
        size = next((size for size in range(longest, 0, -1) if said[at : at + size] in known), None)
        if size is None:
            rest.append(said[at])
            at += 1
        else:
            meanings.add(known[said[at : at + size]])
            at += size
    return meanings, rest


def _levels(options: Sequence[str]) -> dict[str, str]:
    """
    Return the levels that numbers state: "P1", "Sev-2", "Level 4".

    A scale from 0 to 3 is counted from 1; one from 0 to 4 has its 0 in level 1, and 5 is 4.
    """
    stated = {option: int(match[1]) for option in options if (match := _LEVEL.match(option))}
    shift = 1 if 0 in stated.values() and max(stated.values()) < _LAST_LEVEL else 0
    return {
        option: str(min(max(level + shift, 1), _LAST_LEVEL)) for option, level in stated.items()
    }


def _is_a_matter_of_number(option: str, options: Sequence[str]) -> bool:
    """Whether only the number of its signs tells an option from another: "🔥🔥" and "🔥"."""
    same = [each for each in options if _signs(each) == _signs(option)]
    return len(same) > 1 and not words_of(option)


def _signs(option: str) -> set[str]:
    return set("".join(option.split()))


def _drawn(option: str, topic: str) -> str | None:
    """Return what an emoji says where the words say nothing."""
    said = words_of(option)
    if _is_off_the_plan(said):
        return None
    for char in unicodedata.normalize("NFC", option):
        for signs, meaning in _EMOJI[topic].items():
            if char in signs and not (said and char in _DOTS):
                return meaning
    return None
