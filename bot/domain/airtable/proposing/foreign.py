"""What people call tables, fields and options in Portuguese, Italian and Dutch."""

from collections.abc import Mapping

from bot.domain.plan_file import ItemKind

FIELDS: Mapping[str, str] = {
    "status": "situacao|status atual|andamento|stato|toestand|stand van zaken",
    "progress": (
        "progresso|percent concluido|percent concluida|avanco|percent completato|avanzamento"
        "|percent avanzamento|voortgang|percent gereed|percent voltooid|voortgang percent"
    ),
    "owner": (
        "responsavel|atribuido a|encarregado|dono|responsabile|assegnato a|incaricato|eigenaar"
        "|verantwoordelijke|toegewezen aan|wie"
    ),
    "notes": "observacoe|observacao|comentario|note|osservazioni|commenti|opmerking|opmerkingen",
    "description": "descricao|detalhe|descrizione|dettagli|omschrijving|beschrijving",
    "planned_end": (
        "prazo|data limite|termino previsto|fim previsto|data prevista|conclusao prevista"
        "|scadenza|data di scadenza|fine prevista|vervaldatum|uiterste datum|geplande einddatum"
        "|gepland einde|streefdatum|deadline"
    ),
    "started_at": (
        "inicio real|data inicio|iniciado em|iniciada em|inicio|inizio|data inizio|iniziato il"
        "|inizio effettivo"
        "|begin|startdatum|gestart op"
    ),
    "completed_at": (
        "concluido em|concluida em|data conclusao|finalizado em|feito em|completato il"
        "|data completamento|finito il|fine effettiva|afgerond op|voltooid op|gereed op"
    ),
    "created_at": "criado em|criada em|data criacao|creato il|data creazione|aangemaakt op",
    "duration": "duracao|durata|duur|doorlooptijd",
    "estimate": "hora estimada|hora prevista"
    "|esforco estimado|ore stimate|ore previste|geschatte uren",
    "actual": "hora gasta|hora reai|hora realizada|hora trabalhada|ore effettive|ore impiegate"
    "|ore consuntivate|ore consuntivo|ore lavorate|ore spese"
    "|bestede uren|werkelijke uren|gewerkte uren",
    "docs_url": "documentacao|documento|documentazione|documentatie",
    "severity": "gravidade|severidade|prioridade|gravita|priorita|ernst|prioriteit",
    "root_cause": "causa raiz|causa|causa principale|causa radice|oorzaak|grondoorzaak",
    "discovered_at": (
        "detectado em|descoberto em|encontrado em|reportado em|aberto em|rilevato il|scoperto il"
        "|segnalato il|aperto il|gevonden op|gemeld op|ontdekt op"
    ),
    "resolved_at": (
        "resolvido em|resolvida em|corrigido em|fechado em|risolto il|chiuso il|opgelost op"
    ),
    "prevention_actions": (
        "acoe preventiva|acao preventiva|prevencao|azioni preventive|prevenzione"
        "|preventieve maatregelen|maatregelen|preventie"
    ),
}
NOUNS: Mapping[ItemKind, str] = {
    "phase": "fase|fasi|fasen|mijlpaal|mijlpalen|marco",
    "stage": "etapa|pacote de trabalho|pacote|tappa|tappe"
    "|pacchetto di lavoro|werkpakket|werkpakketten",
    "task": "tarefa|attivita|compito|compiti|taak|taken",
    "issue": "problema|problemi|problemen|probleem|incidente|knelpunt|knelpunten|storing|storingen",
}
LABELS = "nome|titolo|naam|titel|omschrijving kort"
CODES = "codigo|codice"
STATUS: Mapping[str, str] = {
    "not started": (
        "nao iniciado|nao iniciada|a fazer|planejado|planejada|pendente|da fare|non iniziato"
        "|non iniziata|pianificato|pianificata|niet begonnen|te doen|gepland|nog niet begonnen"
    ),
    "in progress": (
        "em andamento|em progresso|em curso|fazendo|iniciado|iniciada|in corso|iniziato|iniziata"
        "|bezig|in uitvoering|mee bezig|lopend|em analise|em revisao"
    ),
    "blocked": (
        "bloqueado|bloqueada|em espera|parado|parada|pausada|bloccato|bloccata|in attesa|sospeso"
        "|sospesa|geblokkeerd|wacht|wachtend"
    ),
    "complete": (
        "concluido|concluida|feito|feita|finalizada|pronto|pronta|entregue|completato|completata"
        "|fatto|fatta|finito|finita|chiuso|concluso|conclusa|klaar|gereed|afgerond|voltooid|gedaan"
    ),
}
ISSUE_STATUS: Mapping[str, str] = {
    "Open": "aberto|aberta|novo|nova|pendente|aperto|aperta|nuovo|da fare|nieuw|gemeld",
    "In Progress": f"{STATUS['in progress']}|{STATUS['blocked']}|in behandeling",
    "Resolved": "resolvido|resolvida|corrigido|feito|risolto|risolta|corretto|opgelost|concluido",
    "Closed": "fechado|fechada|encerrado|encerrada|chiuso|chiusa|gesloten",
}
SEVERITY: Mapping[str, str] = {
    "1": "critica|critico|urgente|bloqueante|bloccante|kritiek|blokkerend",
    "2": "alta|alto|grave|hoog|ernstig",
    "3": "media|medio|moderada|gemiddeld|middel",
    "4": "baixa|baixo|leve|bassa|basso|laag",
}
