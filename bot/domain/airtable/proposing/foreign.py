"""What people call tables, fields and options in German, Spanish, French and other tongues."""

from collections.abc import Mapping

from bot.domain.plan_file import ItemKind

FIELDS: Mapping[str, str] = {
    "status": (
        "situacao|status atual|andamento|stato|toestand|stand van zaken|bearbeitungsstatus"
        "|projektstatus|arbeitsstatus|aktueller stand|aktueller status|etat avancement"
        "|statut avancement|statut actuel|etat actuel|estado actual|situacion actual"
    ),
    "progress": (
        "progresso|percent concluido|percent concluida|avanco|percent completato|avanzamento"
        "|percent avanzamento|voortgang|percent gereed|percent voltooid|voortgang percent"
        "|percent abgeschlossen|percent umgesetzt|erfullungsgrad|bearbeitungsgrad|umsetzungsgrad"
        "|percent realise|percent acheve|percent termine|percent fait|taux realisation"
        "|taux achevement|degre avancement|percent progreso|percent realizado|percent terminado"
        "|grado avance|nivel avance"
    ),
    "owner": (
        "responsavel|atribuido a|encarregado|dono|responsabile|assegnato a|incaricato|eigenaar"
        "|verantwoordelijke|toegewezen aan|wie|verantwortliche person|verantwortlich fur"
        "|zustandige person|zugewiesen|zugewiesen an|zugeteilt|zugeteilt an|wer macht es|pilote"
        "|porteur|affecte a|affectee a|attribue a|attribuee a|assignee a|asignada|asignada a|dueno"
        "|quien lo hace"
    ),
    "notes": (
        "observacoe|observacao|comentario|note|osservazioni|commenti|opmerking|opmerkingen|hinweis"
        "|hinweise|freitext|observation|apunte|memo|free note|free text"
    ),
    "description": (
        "descricao|detalhe|descrizione|dettagli|omschrijving|beschrijving|kurzbeschreibung"
        "|ausfuhrliche beschreibung|sachverhalt|fehlerbeschreibung|problembeschreibung"
        "|was ist passiert|descriptif|description detaillee|contenu|perimetre|explication"
        "|explicacion|contenido|alcance|que paso|que ha pasado|scope summary|ce qui s est passe"
        "|que s est il passe"
    ),
    "planned_end": (
        "prazo|data limite|termino previsto|fim previsto|data prevista|conclusao prevista|scadenza"
        "|data di scadenza|fine prevista|vervaldatum|uiterste datum|geplande einddatum"
        "|gepland einde|streefdatum|deadline|falligkeitstermin|solltermin|soll termin|plantermin"
        "|plan termin|endtermin|zieltermin|abgabetermin|abgabedatum|frist|geplantes enddatum"
        "|geplanter abschluss|voraussichtliches ende|voraussichtlich fertig"
        "|voraussichtliche fertigstellung|fertig bis|bis wann|zu erledigen bis|erledigen bis"
        "|date prevue|date previsionnelle|fin previsionnelle|date fin previsionnelle"
        "|date fin prevue|date cible|date butoir|fin planifiee|fin estimee|achevement prevu"
        "|a faire pour le|a rendre le|fecha fin prevista|fecha objetivo|fecha tope|fecha maxima"
        "|fecha comprometida|fecha compromiso|fin planificado|fin estimado|vence|para cuando"
        "|fin previsto|termine previsto"
    ),
    "started_at": (
        "inicio real|data inicio|iniciado em|iniciada em|inicio|inizio|data inizio|iniziato il"
        "|inizio effettivo|begin|startdatum|gestart op|begonnen|begonnen am|start am|beginn am"
        "|angefangen|angefangen am|gestartet am|tatsachlicher start|ist start|demarre|demarree"
        "|commence|commencee|debute|debutee|lance|lancee|demarrage|date demarrage|debut reel"
        "|date debut reel|date debut reelle|iniciado|iniciada|empezado|empezada|empezo|comenzado"
        "|comenzada|comenzo|comienzo|fecha comienzo|fecha inicio real|arranque|fecha arranque"
    ),
    "completed_at": (
        "concluido em|concluida em|data conclusao|finalizado em|feito em|completato il"
        "|data completamento|finito il|fine effettiva|afgerond op|voltooid op|gereed op|erledigt"
        "|erledigt am|fertiggestellt|fertiggestellt am|fertig gestellt am|beendet|beendet am"
        "|abschlussdatum|erledigungsdatum|tatsachliche fertigstellung|ist fertigstellung|acheve"
        "|achevee|terminee|fini|finie|fait le|faite le|realise le|realisee le|cloture le"
        "|cloturee le|livree le|date achevement|date realisation|fin effective|date fin effective"
        "|terminada|finalizado|finalizada|completada|acabado|acabada|hecho el|hecha el|cerrado el"
        "|cerrada el|concluido|concluida|fin real|fecha fin real|entregado el|entregada el"
    ),
    "created_at": (
        "criado em|criada em|data criacao|creato il|data creazione|aangemaakt op|erfasst|erfasst am"
        "|eingetragen|eingetragen am|eroffnet am|erstellungsdatum|anlagedatum|creee|ajoute le"
        "|ajoutee le|ouvert le|ouverte le|saisi le|saisie le|enregistre le|enregistree le"
        "|date saisie|date ouverture|creada|registrado|registrada|abierto el|abierta el|fecha alta"
        "|fecha registro|fecha apertura|angelegt am"
    ),
    "duration": (
        "duracao|durata|duur|doorlooptijd|geplante dauer|voraussichtliche dauer|geschatzte dauer"
        "|plandauer|plan dauer|soll dauer|duree prevue|duree estimee|duree planifiee"
        "|duree previsionnelle|duracion estimada|duracion prevista|duracion planificada"
        "|expected duration|plan duration|plazo ejecucion"
    ),
    "estimate": (
        "hora estimada|hora prevista|esforco estimado|ore stimate|ore previste|geschatte uren"
        "|geplante stunden|geschatzte stunden|geplanter aufwand|aufwand geplant|planaufwand"
        "|plan aufwand|sollaufwand|soll aufwand|aufwandsschatzung|charge prevue|charge planifiee"
        "|heure estimee|heure prevue|temp estime|temp prevu|effort estime|effort prevu"
        "|hora planificada|tiempo estimado|tiempo previsto|esfuerzo previsto|esfuerzo estimado"
        "|aufwand geschatzt|stunden geschatzt|stunden geplant"
    ),
    "actual": (
        "hora gasta|hora reai|hora realizada|hora trabalhada|ore effettive|ore impiegate"
        "|ore consuntivate|ore consuntivo|ore lavorate|ore spese|bestede uren|werkelijke uren"
        "|gewerkte uren|geleistete stunden|gebuchte stunden|erfasste stunden|verbrauchte stunden"
        "|aufgewendete stunden|tatsachliche stunden|gebuchte zeit|erfasste zeit|ist zeit|istaufwand"
        "|iststunden|tatsachlicher aufwand|heure passee|heure realisee|heure consommee|temp reel"
        "|temp consomme|charge consommee|charge realisee|hora consumida|hora trabajada"
        "|hora invertida|hora empleada|hora imputada|tiempo dedicado|tiempo invertido"
        "|tiempo empleado|esfuerzo real|aufwand tatsachlich|stunden geleistet|stunden gebucht"
        "|stunden ist"
    ),
    "docs_url": (
        "documentacao|documento|documentazione|documentatie|dokumentationslink|doku url|wiki seite"
        "|spezifikation|pflichtenheft|lastenheft|fachkonzept|cahier charge|documentacion tecnica"
        "|especificacion|documentation technique"
    ),
    "severity": (
        "gravidade|severidade|prioridade|gravita|priorita|ernst|prioriteit"
        "|schweregrad stufe|niveau gravite|niveau severite|criticidad|nivel gravedad"
        "|nivel severidad|sev level"
    ),
    "root_cause": (
        "causa raiz|causa|causa principale|causa radice|oorzaak|grondoorzaak|ursachen"
        "|ursachenanalyse|fehlerursache|hauptursache|problemursache|kernursache|warum"
        "|cause profonde|cause principale|pourquoi|causa fundamental|por que|analisis causa"
    ),
    "discovered_at": (
        "detectado em|descoberto em|encontrado em|reportado em|aberto em|rilevato il|scoperto il"
        "|segnalato il|aperto il|gevonden op|gemeld op|ontdekt op|aufgetreten|aufgetreten am"
        "|bemerkt am|erkannt am|aufgefallen am|gefunden am|meldedatum|feststellungsdatum|detectee"
        "|decouvert|decouvert le|decouverte le|constate|constatee|signale|signalee|survenu|survenue"
        "|identifie le|identifiee le|date signalement|date decouverte|date constat|detectada"
        "|descubierto|descubierta|encontrado|encontrada|reportado|reportada|notificado|notificada"
        "|identificado|identificada|ocurrido|ocurrio|fecha descubrimiento|fecha reporte"
        "|fecha notificacion"
    ),
    "resolved_at": (
        "resolvido em|resolvida em|corrigido em|fechado em|risolto il|chiuso il|opgelost op|gelost"
        "|geloest|geloest am|beseitigt|beseitigt am|behebungsdatum|losungsdatum|repariert am"
        "|resolue|corrige|corrigee|repare|reparee|date correction|resuelta|solucionado|solucionada"
        "|corregido|corregida|reparado|reparada|fecha solucion|fecha correccion"
    ),
    "prevention_actions": (
        "acoe preventiva|acao preventiva|prevencao|azioni preventive|prevenzione"
        "|preventieve maatregelen|maatregelen|preventie|praventionsmassnahmen|praventionsmassnahme"
        "|vorbeugemassnahmen|vorbeugemassnahme|vorbeugungsmassnahmen|praventivmassnahmen"
        "|praventive massnahmen|vermeidungsmassnahmen|nie wieder|mesure prevention"
        "|action prevention|plan prevention|lecon apprise|comment eviter|medida preventiva"
        "|plan prevencion|leccion aprendida|como evitarlo"
    ),
}
NOUNS: Mapping[ItemKind, str] = {
    "phase": "fase|fasi|fasen|mijlpaal|mijlpalen|marco|bauphase|bauphasen",
    "stage": (
        "etapa|pacote de trabalho|pacote|tappa|tappe|pacchetto di lavoro|werkpakket|werkpakketten"
    ),
    "task": (
        "tarefa|attivita|compito|compiti|taak|taken|einzelaufgabe|einzelaufgaben|teilaufgabe"
        "|teilaufgaben|unteraufgabe|unteraufgaben|aufgabenliste|sous tache|subtarea"
    ),
    "issue": (
        "problema|problemi|problemen|probleem|incidente|knelpunt|knelpunten|storing|storingen"
        "|fehlermeldung|fehlermeldungen|storungsliste|storungsmeldung|storungsmeldungen"
        "|problemliste|vorfall|vorfalle|dysfonctionnement|blocage|bogue|fallo|averia|impedimento"
        "|bloqueo"
    ),
}
LABELS = "nome|titolo|naam|titel|omschrijving kort|benennung|uberschrift|denominacion|denomination"
CODES = "codigo|codice|sigle|sigla|abkurzung|abbreviation|acronym|acronyme"
STATUS: Mapping[str, str] = {
    "not started": (
        "nao iniciado|nao iniciada|a fazer|planejado|planejada|pendente|da fare|non iniziato"
        "|non iniziata|pianificato|pianificata|niet begonnen|te doen|gepland|nog niet begonnen"
        "|sin iniciar|sin comenzar|no iniciada|no comenzado|no comenzada|no empezada|non demarree"
        "|non commencee|pas commencee|a demarrer|noch offen|prevu|prevue|previsto|prevista"
    ),
    "in progress": (
        "em andamento|em progresso|em curso|fazendo|iniciado|iniciada|in corso|iniziato|iniziata"
        "|bezig|in uitvoering|mee bezig|lopend|em analise|em revisao|haciendo|en ejecucion"
        "|en desarrollo|empezado|empezada|demarre|demarree|commencee|lancee|en realisation"
        "|en traitement|in umsetzung|in durchfuhrung|gestartet|aktiv|en analisis|en analyse"
    ),
    "blocked": (
        "bloqueado|bloqueada|em espera|parado|parada|pausada|bloccato|bloccata|in attesa|sospeso"
        "|sospesa|geblokkeerd|wacht|wachtend|suspendu|suspendue|suspendido|suspendida|detenida"
        "|pausado|unterbrochen|ruht|hangt"
    ),
    "complete": (
        "concluido|concluida|feito|feita|finalizada|pronto|pronta|entregue|completato|completata"
        "|fatto|fatta|finito|finita|chiuso|concluso|conclusa|klaar|gereed|afgerond|voltooid|gedaan"
        "|close|realise|realisee|acheve|achevee|faite|finalise|finalisee|entregado|entregada"
        "|umgesetzt|beendet|fertiggestellt|erreicht|atteint|atteinte|alcanzado|alcanzada"
    ),
}
ISSUE_STATUS: Mapping[str, str] = {
    "Open": (
        "nouvelle|nueva|eroffnet|aberto|aberta|novo|nova|pendente|aperto|aperta|nuovo|da fare|nieuw"
        "|gemeld"
    ),
    "In Progress": f"{STATUS['in progress']}|{STATUS['blocked']}|in behandeling",
    "Resolved": (
        "traite|traitee|corrigee|solucionada|corregido|corregida|resolvido|resolvida|corrigido"
        "|feito|risolto|risolta|corretto|opgelost|concluido"
    ),
    "Closed": "close|cloture|cloturee|fechado|fechada|encerrado|encerrada|chiuso|chiusa|gesloten",
}
SEVERITY: Mapping[str, str] = {
    "1": (
        "sehr hoch|tres elevee|tres haute|muy alta|muy alto|muito alta|molto alta|zeer hoog|critica"
        "|bloquante|critico|urgente|bloqueante|bloccante|kritiek|blokkerend"
    ),
    "2": "alta|alto|grave|hoog|ernstig",
    "3": "media|medio|moderada|gemiddeld|middel",
    "4": "sehr niedrig|sehr gering|tres faible|muy baja|muy bajo|baixa|baixo|leve|bassa|basso|laag",
}
