"""What people call the tables and fields of a plan; more languages are in `foreign`."""

from collections.abc import Mapping

from bot.domain.airtable.proposing import foreign
from bot.domain.airtable.proposing.names import (
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


_END = (
    "end date|end|ends on|end on|until|wrap up|ende|enddatum|date fin|fecha fin|fin|finish"
    "|fertigstellung|abschluss|fecha cierre|fecha entrega|fecha finalizacion|date livraison"
)
_DUE = _tiers(
    "due|due date|deadline|eta|target date|planned end|scheduled end|planned end date"
    "|planned completion|due by|committed|committed date|commitment|promised|complete by|finish due"
    "|projected finish|projected completion|estimated completion|estimated finish|expected finish"
    "|target completion date|need by|required by|deadline date|wrap up by|must be done by"
    "|due on|target|target end|target completion|expected completion|finish by|fallig|fallig am"
    "|falligkeit|falligkeitsdatum|faellig|faellig am|zieldatum|termin|echeance|date echeance"
    "|date limite|vencimiento|fecha prevista|fecha vencimiento|fecha limite|fin prevue"
    "|fin prevista|when"
    "|when by|by when|by|needed by|done by|wanted by|baseline finish"
    "|baseline end|planned finish|target finish|due in|plan end|plan fin|plan finish|planned fin"
    "|geplantes ende|geplante fertigstellung|soll ende|plan ende",
    "ships on|ship date|forecast finish|forecast end|forecast|projected end|expected end"
    "|go live|go live date",
    "",
    _END,
)
_STATUS = _tiers(
    "status|state|etat|statut|estado|zustand|where are we|where we are|where it stand"
    "|where thing stand|state play|how it going|how going",
    "lifecycle|life cycle|workflow|stage of completion|resolution status|follow up state|rag status"
    "|stand|situation|situacion|bearbeitungsstand|progress status|completion status",
    "lane|column|kanban|progress|fortschritt|avancement|avance",
)
_OWNER = _tiers(
    "owner|assigned to|assignee|responsible|who|verantwortlich|verantwortlicher|verantwortliche"
    "|zustandig|zustaendig|responsable|asignado|asignado a|assigne|assigne a|wer|qui|quien"
    "|encargado|bearbeiter|dri|person in charge|responsible person|handled by|fixed by|fixer"
    "|resolver|person responsible"
    "|persona responsable"
    "|point person|accountable person|pic|poc|point of contact|own|owning|assigned person|in charge"
    "|who doe it|who got it|whose|led by|run by|caretaker|champion"
    "|propietario|owned by|on the hook|driven by|who on it|who doing it|who on",
    "lead|person|done by|doer|accountable|driver|assigned|member|people|handler|assign|persona",
    "developer|engineer|dev|team|commander|manager|captain|shepherd",
)
_NOTES = _tiers(
    "note|comment|remark|anmerkung|bemerkung|notiz|notizen|kommentar|kommentare|remarque"
    "|commentaire|nota|comentario|observacion",
    "update|latest update|weekly log|weekly update|status update|nts|latest new|rmk|running note"
    "|activity log|log",
)
_DESCRIPTION = _tiers(
    "description|detail|desc|beschreibung|descripcion|detalle|what is it",
    "summary|scope|body|context|what happened|what|repro|resumen|steps to reproduce|brief|goal"
    "|about"
    "|how to reproduce|in scope|what in scope|full story|story|reproduction|background|objective"
    "|overview|scope of work|what going on|what is going on|what it is"
    "|long text"
    "|what we see|symptom|abstract|specific",
)
_STARTED = _tiers(
    "start date|start|started|started at|started on|begin|begin date|beginn|startdatum|gestartet"
    "|kicked off|work began|began|began on|work started|date started|started when|begun on|starting"
    "|kick off date|kickoff date|commenced|commenced on|actual start date"
    "|date debut|debut|demarre le|fecha inicio|inicio|kickoff|kick off|actual start|begun"
    "|tatsachlicher beginn|ist beginn",
    "",
    "",
    "planned start|scheduled start",
)
_COMPLETED = _tiers(
    "completed|completed at|completed on|completion date|completed date|date completed|done at"
    "|done on|done date|done|finished|finished at|finished on|actual end|abgeschlossen"
    "|abgeschlossen am|erledigt am|fertig am|date fin reelle|termine le|terminado|completado"
    "|shipped on|shipped at|shipped|went live|went live on|handed over|delivered|delivered on"
    "|delivery date|date finished|date done|completion|finalized on|wrapped up on|wrapped up|fin"
    "|closed|closed at|date closed|actual finish|actual completion|ended|ended on|merged on"
    "|live since|actual fin|tatsachliches ende|ist ende"
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
    "created|created time|created at|created on|created date|date created|creation date|added"
    "|added on|angelegt"
    "|erstellt|erstellt am|create date|cree le|date creation|creado|fecha creacion"
    "|filed|filed on|date raised|raised|raised on|raised at|date added|entered|entered on"
    "|entry date"
    "|logged on|date logged|opened on|opened at|date opened|submitted|submitted on|requested on"
)

_OWN_NAMES: Mapping[str, Tiers] = {
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
    "estimate": _tiers(
        _ESTIMATE_WORDS,
        "hour|duration|planned|dauer|duree|duracion|stunden|geplante dauer|duree prevue"
        "|duracion estimada|duracion prevista|expected duration",
    ),
    "actual": _tiers(
        "actual|actual hour|hour actual|actual effort|actual time|actual duration|hour spent"
        "|time spent|spent|logged hour|hour logged|time logged|real hour|worked hour|hour worked"
        "|ist|ist stunden|ist aufwand|ist h|tatsachlich|temp passe|heure reelle|duree reelle|reel"
        "|hora reale|hora dedicada|real|tracked|actual h|spent h|charge reelle|tiempo real"
        "|time taken"
        "|effort so far|hour booked|booked hour|booked|effort to date|hour to date|time to date"
        "|burned"
        "|hour burned|hour used|time used|used hour|hour so far|actual work|effort spent"
        "|effort actual"
        "|real time|took|time on it|hour put in|logged|logged time|logged h|act h|hour done"
        "|reported hour",
    ),
    "docs_url": _tiers(
        "design doc|google doc|doc link|working doc|document|folder|doc folder|drive"
        "|drive folder|drive link"
        "|sharepoint|notion page|notion doc|confluence page|confluence url|wiki page|wiki link"
        "|wiki url"
        "|specification|spec link|spec doc|specs url|tech spec|technical spec|design document|rfc"
        "|doc|documentation|doc url|documentation url|dokumentation|doku|documentacion|spec"
        "|spec url|wiki|confluence|docs page|runbook",
        "",
        "",
        "url|link|notion",
    ),
    "severity": _tiers(
        "severity|sev|severity level|schweregrad|schwere|gravite|gravedad|severidad|severite"
        "|seriousness",
        "priority|prio|prioritat|priorite|prioridad|criticality|criticite|kritikalitat|how bad",
        "impact level|level|impact|rating|risk rating|risk level|urgency level|how urgent"
        "|urgency|importance|niveau|nivel|stufe|dringlichkeit|urgence|urgencia",
    ),
    "root_cause": _tiers(
        "root cause|cause|cause racine|ursache|grundursache|causa|causa raiz|rca"
        "|root cause analysis|why|underlying cause|culprit|why it happened|why did it happen"
        "|contributing factor"
        "|cause analysis|why happened|what caused it|what caused this|what went wrong"
        "|how it happened"
        "|primary cause|reason why|5 why|five why|because|diagnosis|analysis",
        "reason|grund",
    ),
    "discovered_at": _tiers(
        "discovered|discovered date|discovered at|discovered on|discovery date|date discovered"
        "|found|found on|date found|reported|reported on|reported at|date reported|detected"
        "|detected on|opened|opened on|opened at|open date|raised|raised on|date raised|logged on"
        "|first seen|when found|date identified|identified on|date found|found at|seen"
        "|first reported|logged"
        "|date logged|logged at|filed|filed on|submitted on|noticed on|happened|happened on"
        "|occurred on"
        "|date spotted|detection date|detected at|entdeckt|entdeckt am|gemeldet|gemeldet am"
        "|festgestellt|festgestellt am"
        "|detecte|detecte le|signale le|date detection|fecha deteccion|detectado|occurred"
        "|date opened|identified|noticed|spotted|spotted on|seen on",
        f"{_CREATED}|{foreign.FIELDS['created_at']}",
    ),
    "resolved_at": _tiers(
        "resolved|resolved date|resolved at|resolved on|date resolved|resolution date|fixed"
        "|fixed on|fixed at|fix date|solved|solved on|behoben|behoben am|gelost am|resolu"
        "|date fixed|fix on|date solved|mitigated|mitigated at|mitigated on|put out|sorted out"
        "|fixed by date"
        "|cleared|cleared on|resolution|restored|restored at|recovered"
        "|resolu le|date resolution|fecha resolucion|resuelto|sorted|sorted on",
        "closed out|closed out on|closure date|date closed out|closed|closed on|closed at"
        "|closed date|date closed|geschlossen am|cerrado|completed"
        "|done on|ferme|fermee|clos|cerrada|abgeschlossen|abgeschlossen am|geschlossen|closure"
        f"|fecha cierre|date cloture|{foreign.FIELDS['completed_at']}",
    ),
    "prevention_actions": _tiers(
        "prevention action|prevention|preventive action|preventative action|prevent recurrence"
        "|vorbeugung|vorbeugende massnahme|vorbeugende massnahmen|action preventive"
        "|mesure preventive|accion preventiva|prevencion|preventive measure"
        "|how do we prevent it|so it never happen again|never again|never again because"
        "|countermeasure|pravention|lesson|lesson learned|lesson learnt|what we change"
        "|what we ll change"
        "|what will we change|next time|learning|how to prevent|how to avoid|how we prevent it"
        "|prevent"
        "|prevention plan|how we avoid it|avoid next time|corrective preventive action|capa"
        "|what we learned"
        "|corrective and preventive action|takeaway|how do we avoid it|so it doesn t happen again",
        "follow up|follow up note|action to prevent|prev|corrective action|massnahme|massnahmen"
        "|mesure|medida|follow up action",
    ),
}

FIELD_NAMES: Mapping[str, Tiers] = {
    name: (tiers[0] | phrases(foreign.FIELDS[name]), *tiers[1:])
    for name, tiers in _OWN_NAMES.items()
}

OTHER_UNITS = word_set("day week month minute min point tag tage jour semaine dia semana wochen")

# A phase has no date of completion in the plan, so the end of one is the planned one.
_OF_KIND: Mapping[tuple[ItemKind, str], Tiers] = {
    ("phase", "planned_end"): (*FIELD_NAMES["planned_end"][:2], phrases(_END)),
}

# What names a single item. An id says which, a label says what.
ID_NAMES = phrases(
    "id|ref|reference|number|no|nr|num|numero|nummer|referenz|kennung|identifier|referencia|wbs"
    "|wbs number|gliederung|index|code|nº|kurzel"
)
CODE_NAMES = phrases(f"code|kurzel|short code|{foreign.CODES}")
LABEL_NAMES = phrases(
    "name|title|headline|subject|summary|label|heading|titel|bezeichnung|nom|titre|intitule"
    "|libelle|nombre|titulo|what|what need doing|betreff|asunto|sujet|short description|topic"
    "|kurzbeschreibung|kurztext|activity|vorgang|tatigkeit"
    f"|{foreign.LABELS}"
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
        (0.5, "quarter|bucket|theme|objective|increment|roadmap"),
    ),
    "stage": (
        (1.0, "stage|etappe|etappen|etape|etapa|sub stage|substage"),
        (1.0, "work package|workpackage|arbeitspaket|arbeitspakete|lot de travaux"),
        (1.0, "paquete de trabajo|paquete|package"),
        (0.75, "deliverable|feature|lieferobjekt|livrable|entregable|stufe"),
        (0.7, "user story|story|step|schritt|schritte|workstep"),
        (0.6, "initiative|workstream|work stream"),
        (0.5, "epic|module|component|piece|chunk|milestone"),
    ),
    "task": (
        (1.0, "task|todo|to do|aufgabe|aufgaben|tache|tarea|subtask|sub task"),
        (0.75, "action item|action|accion|activity|work item|assignment|aktivitat|activite"),
        (0.6, "ticket|story|user story|job|step|chore|work log"),
    ),
    "issue": (
        (1.0, "issue|bug|problem|probleme|problema|blocker|defect|incident|impediment"),
        (1.0, "storung|storungen|stoerung|stoerungen|fehler|anomalie|incidencia|incidente"),
        (1.0, "mangel|maengel|mangelliste|maengelliste|fehlerliste"),
        (0.8, "postmortem|post mortem|fire|nonconformity|ncr|punch item|outage|bug report"),
        (0.8, "hindernis|hindernisse|error|snag|fault|glitch|mangelmeldung"),
        (0.5, "ticket|risk|risiko|risque|riesgo|trouble|pain|headache"),
    ),
}
NOUNS: Mapping[ItemKind, Mapping[Words, float]] = {
    kind: {
        **dict.fromkeys(phrases(foreign.NOUNS[kind]), 1.0),
        **{phrase: weight for weight, text in nouns for phrase in phrases(text)},
    }
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
# Whose name stands there for another reason than to do the work.
OTHER_PEOPLE = word_set(
    "noticed found reported detected discovered tester submitted opened requested checked verified"
    " entered filed informed observer witness finder originator creator submitter"
)
# Subjects whose own state is no state of the item: "Budget approval", "Billing".
OTHER_SUBJECTS = word_set(
    "budget cost price approval review billing invoice payment contract legal qa test testing ci"
    " build deploy deployment design doc documentation procurement hiring sale marketing security"
    " compliance risk health rag manager kosten cout coste freigabe rechnung vertrag client"
    " customer vendor supplier allocation discount tax margin confidence probability utilization"
    " utilisation used reviewer approver requester reporter author sponsor type category usd"
    " eur gbp chf money grant ethic backup deputy assistant consulted"
    " informed raised logged identified spotted created edited orcamento meta goal retention"
    " commission"
    " gpu cpu weight acc accuracy bounce open click conversion churn sponsor approved approve"
    " invoice"
    " invoiced paid warranty inspected inspection archived expire expiry renewal"
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
