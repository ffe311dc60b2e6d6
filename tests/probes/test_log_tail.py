import os
import socket
from datetime import timedelta

import pytest

from bot.adapters.probes.log_tail import MOST_BYTES, read_log
from bot.errors import NotAssessedError
from tests.conftest import MONDAY


@pytest.fixture
def log(tmp_path):
    return tmp_path / "job.log"


def write(path, text, *, ago=timedelta(seconds=1)):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    moment = (MONDAY - ago).timestamp()
    os.utime(path, (moment, moment))


def append(path, text):
    write(path, path.read_bytes() + text.encode())


def read(path, mark=None):
    return read_log(str(path), [str(path.parent)], now=MONDAY, mark=mark)


def counter(tail):
    return tail.reading and (tail.reading.done, tail.reading.total)


def test_the_newest_progress_is_found(log):
    write(log, "97/336 files done\n129/336 files done\nretry 3/5\n")

    assert counter(read(log)) == (129, 336)


def test_progress_far_before_the_end_is_found_across_blocks(log):
    write(log, "129/336 files done\n" + "nothing to see here\n" * 40_000)

    assert counter(read(log)) == (129, 336)


def test_progress_before_the_last_megabyte_is_not_looked_for(log):
    write(log, "129/336 files done\n" + "x" * 99 + "\n" + "nothing\n" * (MOST_BYTES // 8))

    assert read(log).reading is None


def test_a_line_on_the_seam_of_two_blocks_is_whole(log):
    for shift in range(0, 40, 3):
        write(log, "x\n" * 9 + "1290/3360 files done\n" + "a" * (65536 - shift) + "\n")

        assert counter(read(log)) == (1290, 3360)


def test_a_bar_of_one_long_line_is_read(log):
    bar = "".join(f" {n * 100 // 336}%|##   | {n}/336 [00:10<00:20]\r" for n in range(130))
    write(log, bar * 100)

    assert counter(read(log)) == (129, 336)


def test_an_outer_loop_many_blocks_above_is_found(log):
    steps = "".join(f"step {n}/9000 loss=0.3 lr=0.001 grad=1.0\n" for n in range(1, 4501))
    write(log, "Epoch 3/10\n" + steps)

    tail = read(log)

    assert counter(tail) == (2, 10)
    assert tail.reading.fraction == pytest.approx(0.25)


def test_only_what_is_new_is_read_next_time(log):
    write(log, "97/336 files done\n")
    first = read(log)
    append(log, "129/336 files done\n")

    second = read(log, first.mark)

    assert counter(second) == (129, 336)
    assert second.mark.offset == log.stat().st_size
    assert not second.restarted


def test_a_log_that_did_not_grow_says_what_it_said(log):
    write(log, "129/336 files done\n")
    first = read(log)

    assert counter(read(log, first.mark)) == (129, 336)


def test_new_lines_without_progress_leave_the_last_one(log):
    write(log, "129/336 files done\n")
    first = read(log)
    append(log, "nothing to see here\n" * 5000)

    assert counter(read(log, first.mark)) == (129, 336)


def test_a_smaller_file_begins_anew(log):
    write(log, "300/336 files done\n" * 3)
    first = read(log)
    write(log, "40/336 files done\n")

    second = read(log, first.mark)

    assert counter(second) == (40, 336)
    assert second.restarted


def test_another_head_begins_anew(log):
    write(log, "first run\n300/336 files done\n")
    first = read(log)
    write(log, "other run\nnothing to see here, but much longer than before\n")

    second = read(log, first.mark)

    assert second.reading is None
    assert second.restarted


def test_a_rotated_file_begins_anew(log):
    write(log, "300/336 files done\n")
    first = read(log)
    log.rename(log.with_suffix(".1"))
    write(log, "300/336 files done\n40/336 files done\n")

    assert read(log, first.mark).restarted


def test_a_line_that_says_so_is_a_new_run(log):
    write(log, "300/336 files done\n")
    first = read(log)
    append(log, "run 2 started\n310/336 files done\n")

    assert read(log, first.mark).restarted


def test_half_a_number_at_the_end_does_not_count(log):
    write(log, "97/336 files done\nprogress: 129/33")

    assert counter(read(log)) == (97, 336)


def test_a_counter_whose_line_goes_on_counts(log):
    write(log, "97/336 files done\nobjects:  38% (129/336), 1.20 Mi")

    assert counter(read(log)) == (129, 336)


def test_the_end_of_a_quiet_file_counts(log):
    write(log, "progress: 129/336", ago=timedelta(minutes=5))

    assert counter(read(log)) == (129, 336)


def test_a_line_written_in_two_goes_is_whole_at_the_second(log):
    write(log, "progress: 129/33")
    first = read(log)
    append(log, "6\n")

    assert counter(read(log, first.mark)) == (129, 336)


def test_a_mark_in_the_middle_of_a_long_line_makes_no_number(log):
    write(log, "x" * 5000 + " 1234/")
    first = read(log)
    append(log, "y" * 2000 + " 99")

    assert read(log, first.mark).reading is None


def test_bytes_that_are_no_utf8_are_read(log):
    write(log, b"\xff\xfe caf\xe9\n129/336 files done\n\xff")

    assert counter(read(log)) == (129, 336)


def test_an_empty_log_says_nothing(log):
    write(log, "")

    assert read(log).reading is None


def test_a_log_of_a_gigabyte_is_read_at_its_end(log):
    with log.open("wb") as file:
        file.write(b"started, all well\n" * 100)
        file.seek(1 << 30)
        file.write(b"nothing to see\n" * 5000 + b"129/336 files done\n" + b"quiet\n" * 100)

    assert counter(read(log)) == (129, 336)


def test_a_binary_file_is_not_assessed(log):
    write(log, b"129/336 files done\n\0\0\n")

    with pytest.raises(NotAssessedError, match="no text"):
        read(log)


def test_a_missing_file_is_not_assessed(log):
    with pytest.raises(NotAssessedError, match="no file"):
        read(log)


def test_a_folder_is_not_assessed(log):
    log.mkdir()

    with pytest.raises(NotAssessedError, match="a folder"):
        read(log)


def test_a_pipe_is_not_waited_for(log):
    os.mkfifo(log)

    with pytest.raises(NotAssessedError, match="a pipe"):
        read(log)


def test_a_socket_is_not_assessed(log):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(log))

        with pytest.raises(NotAssessedError, match="a socket"):
            read(log)


def test_a_device_is_not_assessed():
    with pytest.raises(NotAssessedError, match="a device"):
        read_log("/dev/zero", ["/dev"], now=MONDAY)


def test_a_link_out_of_the_folders_is_not_followed(tmp_path):
    secret = tmp_path / "secret.log"
    write(secret, "129/336 files done\n")
    allowed = tmp_path / "logs"
    allowed.mkdir()
    (allowed / "job.log").symlink_to(secret)

    with pytest.raises(NotAssessedError, match="outside"):
        read_log(str(allowed / "job.log"), [str(allowed)], now=MONDAY)


def test_a_link_within_the_folders_is_followed(log):
    write(log, "129/336 files done\n")
    link = log.with_name("latest.log")
    link.symlink_to(log)

    assert counter(read(link)) == (129, 336)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_not_assessed(log):
    write(log, "129/336 files done\n")
    log.chmod(0)

    with pytest.raises(NotAssessedError, match="may not read"):
        read(log)
