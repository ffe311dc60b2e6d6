"""What people call the tables and fields of a plan, in English, German, French and Spanish."""

from collections.abc import Mapping

from bot.domain.mapping_names import (
    Phrases,
    Words,
    essence,
    is_neutral,
    phrases,
    position,
    word_set,
    words_of,
)
from bot.domain.plan_file import ItemKind

# By tier: the plain word, a usual one, one that also means other things. The fourth is ambiguous:
# it makes a doubt, never a mapping by itself ("End date" is planned in one base, done in another).
Tiers = tuple[Phrases, ...]


def _tiers(*texts: str) -> Tiers:
    return tuple(phrases(text) for text in texts)


_END = "end date|end|ende|enddatum|date fin|fecha fin|fin|finish"
_DUE = _tiers(
    "due|due date|deadline|eta|target date|planned end|scheduled end|planned end date"
    "|planned completion|due by"
    "|due on|target|target end|target completion|expected completion|finish by|fallig|fallig am"
    "|falligkeit|falligkeitsdatum|faellig|faellig am|zieldatum|termin|echeance|date echeance"
    "|date limite|vencimiento|fecha prevista|fecha vencimiento|fecha limite|fin prevue"
    "|fin prevista|when"
    "|when by|by when|needed by|done by|wanted by|baseline finish"
    "|baseline end|planned finish|target finish|due in",
    "ships on|ship date|forecast finish|forecast end|forecast|projected end|expected end"
    "|go live|go live date",
    "",
    _END,
)
_STATUS = _tiers(
    "status|state|etat|statut|estado|zustand|where are we|where we are|where it stand"
    "|where thing stand|state play|how it going|how going",
    "stand|situation|situacion|bearbeitungsstand|progress status|completion status",
    "lane|column|kanban|progress|fortschritt|avancement|avance",
)
_OWNER = _tiers(
    "owner|assigned to|assignee|responsible|who|verantwortlich|verantwortlicher|verantwortliche"
    "|zustandig|zustaendig|responsable|asignado|asignado a|assigne|assigne a|wer|qui|quien"
    "|encargado|bearbeiter|dri|person in charge|responsible person|person responsible"
    "|persona responsable"
    "|propietario|owned by|on the hook|driven by|who on it|who doing it|who on",
    "lead|person|done by|doer|accountable|driver|assigned|member|people|handler|assign|persona",
    "developer|engineer|dev|team",
)
_NOTES = _tiers(
    "note|comment|remark|anmerkung|bemerkung|notiz|notizen|kommentar|kommentare|remarque"
    "|commentaire|nota|comentario|observacion",
    "update|latest update",
)
_DESCRIPTION = _tiers(
    "description|detail|desc|beschreibung|descripcion|detalle|what is it",
    "summary|scope|body|context|what happened|what|repro|resumen|steps to reproduce",
)
_STARTED = _tiers(
    "start date|start|started|started at|started on|begin|begin date|beginn|startdatum|gestartet"
    "|date debut|debut|demarre le|fecha inicio|inicio|kickoff|kick off|actual start|begun",
    "",
    "",
    "planned start|scheduled start",
)
_COMPLETED = _tiers(
    "completed|completed at|completed on|completion date|completed date|date completed|done at"
    "|done on|done date|done|finished|finished at|finished on|actual end|abgeschlossen"
    "|abgeschlossen am|erledigt am|fertig am|date fin reelle|termine le|terminado|completado"
    "|closed on|closed date|finish date|fin reelle|complete date",
    "",
    "",
    _END,
)
_ESTIMATE_WORDS = (
    "estimate|estimated hour|estimate hour|hour estimate|hour estimated|estimated effort|effort"
    "|planned hour|hour planned|est|est hour|time estimate|estimated time|original estimate"
    "|estimated duration|planned effort|budgeted hour|aufwand|geschatzt|geschatzter aufwand"
    "|schatzung|plan stunden|soll stunden|soll|estimation|estimacion|estimado|duree estimee"
    "|hora estimada|hora prevista|est h|estimate h|aufwand h|charge estimee|plan h|soll h"
)
_CREATED = (
    "created|created at|created on|created date|date created|creation date|added|added on|angelegt"
    "|erstellt|erstellt am|create date|cree le|date creation|creado|fecha creacion"
)

FIELD_NAMES: Mapping[str, Tiers] = {
    "status": _STATUS,
    "owner": _OWNER,
    "notes": _NOTES,
    "description": _DESCRIPTION,
    "planned_end": _DUE,
    "started_at": _STARTED,
    "completed_at": _COMPLETED,
    "created_at": _tiers(_CREATED, "opened"),
    "progress": _tiers(
        "progress|percent complete|percent completed|percent done|complete percent|done percent"
        "|completion|percent|pct|pct complete|pct done|fortschritt|avancement|avance|progreso"
        "|percent completado|completado percent"
        "|progression|percent completion|completion rate|fertigstellung|fertigstellungsgrad"
        "|how far|how far along|progress percent|percent progress|percent erledigt|percent fertig"
        "|fortschritt percent|avancement percent|percent avance|complete pct|taux avancement",
        "complete|completed|done|fertig|erledigt",
    ),
    "duration": _tiers(
        "duration|estimated duration|planned duration|dauer|duree|duracion|duration day"
        "|duration hour|duree jour|how long|dauer tage",
        _ESTIMATE_WORDS,
    ),
    "estimate": _tiers(_ESTIMATE_WORDS, "hour|duration|planned|dauer|duree|duracion|stunden"),
    "actual": _tiers(
        "actual|actual hour|hour actual|actual effort|actual time|actual duration|hour spent"
        "|time spent|spent|logged hour|hour logged|time logged|real hour|worked hour|hour worked"
        "|ist|ist stunden|ist aufwand|ist h|tatsachlich|temp passe|heure reelle|duree reelle|reel"
        "|hora reale|hora dedicada|real|tracked|actual h|spent h|charge reelle|tiempo real"
        "|time taken"
        "|effort so far",
    ),
    "docs_url": _tiers(
        "doc|documentation|doc url|documentation url|dokumentation|doku|documentacion|spec"
        "|spec url|wiki|confluence|docs page|runbook",
        "",
        "",
        "url|link|notion",
    ),
    "severity": _tiers(
        "severity|sev|severity level|schweregrad|schwere|gravite|gravedad|severidad|severite"
        "|seriousness",
        "priority|prio|prioritat|priorite|prioridad|criticality|criticite|kritikalitat|how bad",
        "level|impact|urgency|importance|niveau|nivel|stufe|dringlichkeit|urgence|urgencia",
    ),
    "root_cause": _tiers(
        "root cause|cause|cause racine|ursache|grundursache|causa|causa raiz|rca"
        "|root cause analysis|why|underlying cause|culprit|why it happened|why did it happen",
        "reason|grund",
    ),
    "discovered_at": _tiers(
        "discovered|discovered date|discovered at|discovered on|discovery date|date discovered"
        "|found|found on|date found|reported|reported on|reported at|date reported|detected"
        "|detected on|opened|opened on|opened at|open date|raised|raised on|date raised|logged on"
        "|first seen|entdeckt|entdeckt am|gemeldet|gemeldet am|festgestellt|festgestellt am"
        "|detecte|detecte le|signale le|date detection|fecha deteccion|detectado|occurred"
        "|date opened|identified|noticed|spotted|spotted on|seen on",
        _CREATED,
    ),
    "resolved_at": _tiers(
        "resolved|resolved date|resolved at|resolved on|date resolved|resolution date|fixed"
        "|fixed on|fixed at|fix date|solved|solved on|behoben|behoben am|gelost am|resolu"
        "|resolu le|date resolution|fecha resolucion|resuelto|sorted|sorted on",
        "closed|closed on|closed at|closed date|date closed|geschlossen am|cerrado|completed"
        "|done on|ferme le",
    ),
    "prevention_actions": _tiers(
        "prevention action|prevention|preventive action|preventative action|prevent recurrence"
        "|vorbeugung|vorbeugende massnahme|vorbeugende massnahmen|action preventive"
        "|mesure preventive|accion preventiva|prevencion|preventive measure"
        "|how do we prevent it|so it never happen again|never again|never again because"
        "|countermeasure|pravention",
        "prev|corrective action|massnahme|massnahmen|mesure|medida|follow up action",
    ),
}

OTHER_UNITS = word_set("day week month minute min point tag tage jour semaine dia semana wochen")

# A phase has no date of completion in the plan, so the end of one is the planned one.
_OF_KIND: Mapping[tuple[ItemKind, str], Tiers] = {
    ("phase", "planned_end"): (*_DUE[:2], phrases(_END)),
}

# What names a single item. An id says which, a label says what.
ID_NAMES = phrases(
    "id|ref|reference|number|no|nr|num|numero|nummer|referenz|kennung|identifier|referencia|wbs"
    "|wbs number|gliederung|index|code|nº|kurzel"
)
CODE_NAMES = phrases("code|kurzel|codigo|short code")
LABEL_NAMES = phrases(
    "name|title|headline|subject|summary|label|heading|titel|bezeichnung|nom|titre|intitule"
    "|libelle|nombre|titulo|what|what need doing|betreff|asunto|sujet|short description"
)
KEY_NAMES = phrases("key|bqx key|bqx id|cadence key")
ISSUE_KEY_NAMES = phrases(
    "key|bqx key|cadence key|id|number|no|nr|ref|reference|code|ticket|numero|nummer"
)

# What people call the items of each kind, by how surely it means that kind (1 is surely).
_NOUN_TEXTS: Mapping[ItemKind, tuple[tuple[float, str], ...]] = {
    "phase": (
        (1.0, "phase|phasen|fase|projektphase|projektphasen"),
        (0.9, "milestone|meilenstein|meilensteine|jalon|hito"),
        (0.7, "epic|initiative|workstream|work stream|track"),
        (0.6, "release|wave"),
        (0.5, "quarter|bucket|theme|objective"),
    ),
    "stage": (
        (1.0, "stage|etappe|etappen|etape|etapa|sub stage|substage"),
        (1.0, "work package|workpackage|arbeitspaket|arbeitspakete|lot de travaux"),
        (1.0, "paquete de trabajo|paquete|package"),
        (0.75, "deliverable|feature|lieferobjekt|livrable|entregable|stufe"),
        (0.7, "user story|story|step|schritt|schritte|workstep"),
        (0.5, "epic|module|component|piece|chunk|milestone"),
    ),
    "task": (
        (1.0, "task|todo|to do|aufgabe|aufgaben|tache|tarea|subtask|sub task"),
        (0.75, "action item|action|accion|activity|work item|assignment|aktivitat|activite"),
        (0.6, "ticket|story|user story|job|step|chore"),
    ),
    "issue": (
        (1.0, "issue|bug|problem|probleme|problema|blocker|defect|incident|impediment"),
        (1.0, "storung|storungen|stoerung|stoerungen|fehler|anomalie|incidencia|incidente"),
        (0.8, "hindernis|hindernisse|error|snag|mangel|fault|glitch"),
        (0.5, "ticket|risk|risiko|risque|riesgo|trouble|pain|headache"),
    ),
}
NOUNS: Mapping[ItemKind, Mapping[Words, float]] = {
    kind: {phrase: weight for weight, text in nouns for phrase in phrases(text)}
    for kind, nouns in _NOUN_TEXTS.items()
}

ALL_NOUNS: Mapping[ItemKind, Phrases] = {kind: frozenset(nouns) for kind, nouns in NOUNS.items()}

# Old copies and lists about the items: never the items themselves.
UNUSED_TABLES = word_set(
    "old archive archived copy backup template deprecated legacy history import export alt kopie"
    " archiv copie ancien ancienne copia vieja viejo antiguo trash bak draft sandbox demo vorlage"
    " modele plantilla snapshot unused obsolete test archivo archivado archivierte archivee"
)
# What a link that is not the one we look for says of itself: "Related stages", "Blocked by".
OTHER_LINKS = word_set(
    "related depend depends dependency dependencie blocked blocking block previous prev next"
    " successor predecessor duplicate similar secondary other former prerequisite see also"
    " follow replaced"
    " abhangig verwandt lie depende relacionada bloqueado bloque original"
)
# Subjects whose own state is no state of the item: "Budget approval", "Billing".
OTHER_SUBJECTS = word_set(
    "budget cost price approval review billing invoice payment contract legal qa test testing ci"
    " build deploy deployment design doc documentation procurement hiring sale marketing security"
    " compliance risk health rag manager kosten cout coste freigabe rechnung vertrag client"
    " customer vendor supplier allocation discount tax margin confidence probability utilization"
    " utilisation used reviewer approver requester reporter author sponsor type category usd"
    " eur gbp chf money grant ethic backup deputy assistant consulted"
    " informed raised"
)


def field_names(kind: ItemKind, name: str) -> Tiers:
    """Return what people call the field for a word of the plan, by tier."""
    return _OF_KIND.get((kind, name), FIELD_NAMES[name])


def own_nouns(kind: ItemKind, table_name: str) -> Phrases:
    """Return what the items of a table are called, by its kind and by its own name."""
    said = essence(words_of(table_name))
    sure = {noun for noun, weight in NOUNS[kind].items() if weight >= 1}
    named = {noun for noun in NOUNS[kind] if position(said, noun) is not None}
    rest = tuple(word for word in said if not is_neutral(word))
    return frozenset(sure | named | ({rest} if rest else set()))
