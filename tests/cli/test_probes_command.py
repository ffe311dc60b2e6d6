"""`bqx probes`: what every declared counter reads now."""

import json

from bot.local import SAMPLE_PLAN


def declare(folder, *entries):
    (folder / "backfill.log").write_text("INFO backfill: 252/336 partitions complete\n")
    file = folder / "probes.yml"
    file.write_text("probes:\n" + "".join(f"  - {entry}\n" for entry in entries))
    file.chmod(0o600)
    return {"BQX_PROBES": str(file)}


def test_each_counter_is_shown_with_its_line(typed):
    typed.bqx("plan", "import", str(SAMPLE_PLAN))
    probes = declare(typed.folder, '{stage: "1.5.4", kind: log, path: backfill.log}')

    done = typed.bqx("probes", **probes)

    assert done.returncode == 0
    [line] = done.stdout.splitlines()
    assert line.startswith("1.5.4")
    assert "252/336 (75 %)" in line
    assert line.endswith("backfill.log: INFO backfill: 252/336 partitions complete")


def test_one_that_cannot_be_read_is_said_and_stops_no_other(typed):
    typed.bqx("plan", "import", str(SAMPLE_PLAN))
    probes = declare(
        typed.folder,
        '{stage: "1.5.5", kind: json, path: absent.json, done: n, of: m}',
        '{stage: "1.5.4", kind: log, path: backfill.log}',
    )

    done = typed.bqx("probes", "--json", **probes)

    read = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(one["ref"], one["done"], one["total"]) for one in read["readings"]] == [
        ("1.5.4", 252, 336)
    ]
    assert "absent.json" in read["not_assessed"][0]


def test_without_a_declared_probe_it_says_where_to_declare_one(typed):
    assert "BQX_PROBES" in typed.bqx("probes").stdout


def test_a_broken_entry_is_named(typed):
    probes = declare(typed.folder, "{stage: 2.10, kind: log, path: x.log}")

    done = typed.bqx("probes", **probes)

    assert done.returncode == 2
    assert "quotes" in done.stderr
    assert "probes.yml" in done.stderr
