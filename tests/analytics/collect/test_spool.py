"""A spool keeps whole lines, all or none, whatever the disk and the processes do."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from byline.analytics.collect import spool as spools
from byline.analytics.collect.spool import Spool
from byline.kernel.errors import Unavailable

LINE = b"x" * 99 + b"\n"


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.log"))


def lines(folder: Path) -> list[bytes]:
    return [line for file in files(folder) for line in file.read_bytes().splitlines(keepends=True)]


def is_locked(file: Path) -> bool:
    with file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_nothing_is_made_before_the_first_line(tmp_path: Path) -> None:
    Spool(tmp_path / "spool", 1000)
    assert not (tmp_path / "spool").exists()


def test_lines_go_into_one_locked_file_for_its_owner_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 100_000)
    for _ in range(3):
        spool.append(LINE)
    (file,) = files(tmp_path / "spool")
    assert file.read_bytes() == LINE * 3
    assert file.name.endswith(f"-{os.getpid()}.log")
    assert len(file.name.partition("-")[0]) == 16
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert is_locked(file)
    spool.close()
    assert not is_locked(file)


def test_a_full_file_is_ended_and_another_begun(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100_000, largest_file_bytes=250)
    for _ in range(4):
        spool.append(LINE)
    first, second = files(tmp_path)
    assert (first.stat().st_size, second.stat().st_size) == (300, 100)
    assert not is_locked(first)
    assert is_locked(second)


def test_several_lines_appear_as_a_whole_file_that_nobody_writes_to(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100_000)
    spool.append(LINE)
    spool.append(LINE * 5)
    sizes = {file.stat().st_size: is_locked(file) for file in files(tmp_path)}
    assert sizes == {100: True, 500: False}
    assert not list(tmp_path.glob("*.part"))


def test_beyond_the_limit_nothing_is_taken_until_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "LOOK_WHEN_FULL_SECONDS", 0)
    monkeypatch.setattr(spools, "LOOK_EVERY_SECONDS", 0)
    spool = Spool(tmp_path, 250)
    spool.append(LINE)
    spool.append(LINE)
    with pytest.raises(Unavailable) as refusal:
        spool.append(LINE)
    assert refusal.value.code == "spool-full"
    assert lines(tmp_path) == [LINE, LINE]
    spool.close()
    for file in files(tmp_path):
        file.unlink()
    spool.append(LINE)
    assert lines(tmp_path) == [LINE]


def test_a_file_that_somebody_removed_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "LOOK_EVERY_SECONDS", 0)
    spool = Spool(tmp_path, 100_000)
    spool.append(LINE)
    files(tmp_path)[0].unlink()
    spool.append(LINE)
    assert lines(tmp_path) == [LINE]


def test_a_short_write_is_cut_off_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path, 100_000)
    spool.append(LINE)
    monkeypatch.setattr(spools, "write_at_once", lambda file, line, _length: os.write(file, line[:10]))
    with pytest.raises(Unavailable):
        spool.append(LINE)
    monkeypatch.undo()
    assert lines(tmp_path) == [LINE]
    spool.append(LINE)
    assert lines(tmp_path) == [LINE, LINE]


def test_a_short_write_that_cannot_be_cut_off_is_ended_with_a_newline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path, 100_000)
    monkeypatch.setattr(spools, "write_at_once", lambda file, line, _length: os.write(file, line[:10]))

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "ftruncate", fail)
    with pytest.raises(Unavailable):
        spool.append(LINE)
    monkeypatch.undo()
    spool.append(LINE)
    assert lines(tmp_path) == [b"x" * 10 + b"\n", LINE]


@pytest.mark.parametrize("number", [1, 3])
def test_a_full_disk_leaves_only_whole_lines(tmp_path: Path, number: int) -> None:
    # A limit on the size of files makes the system write a part and then nothing, as a full disk does.
    program = f"""
import resource
from pathlib import Path
from byline.analytics.collect.spool import Spool
from byline.kernel.errors import Unavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (250, 250))
spool, taken, refused = Spool(Path({str(tmp_path)!r}), 10**9), 0, 0
for _ in range(5):
    try:
        spool.append({LINE * number!r})
        taken += 1
    except Unavailable as error:
        assert error.code == "spool-away"
        refused += 1
print(taken, refused)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    taken, refused = map(int, done.stdout.split())
    assert (taken, refused) == ((2, 3) if number == 1 else (0, 5))
    assert lines(tmp_path) == [LINE] * taken
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("no folder")
    with pytest.raises(Unavailable):
        Spool(tmp_path / "spool", 1000).append(LINE)


def test_threads_share_a_spool_without_losing_or_mixing_lines(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10_000_000, largest_file_bytes=5_000)

    def write(letter: bytes) -> None:
        for _ in range(200):
            spool.append(letter * 99 + b"\n")

    threads = [threading.Thread(target=write, args=(bytes([65 + number]),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = lines(tmp_path)
    assert len(found) == 1200
    assert all(len(set(line[:-1])) == 1 and len(line) == 100 for line in found)


def test_a_fork_writes_into_a_file_of_its_own_and_leaves_the_parents_lock(tmp_path: Path) -> None:
    program = f"""
import os
from pathlib import Path
from byline.analytics.collect.spool import Spool
spool = Spool(Path({str(tmp_path)!r}), 10**9)
spool.append(b"parent\\n")
child = os.fork()
spool.append(b"child\\n" if child == 0 else b"parent\\n")
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
spool.append(b"parent\\n")
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)
    assert sorted(file.read_bytes() for file in files(tmp_path)) == [b"child\n", b"parent\n" * 3]


def test_a_killed_process_loses_no_acknowledged_line(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from byline.analytics.collect.spool import Spool
spool = Spool(Path({str(tmp_path)!r}), 10**9)
number = 0
while True:
    spool.append(b"%d\\n" % number)
    sys.stdout.write(f"{{number}}\\n")
    sys.stdout.flush()
    number += 1
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 500:
            break
    process.kill()
    acknowledged = int(line) + 1 + len(process.stdout.read().split())
    process.stdout.close()
    process.wait()
    found = lines(tmp_path)
    assert found[:acknowledged] == [b"%d\n" % number for number in range(acknowledged)]
    assert len(found) - acknowledged in (0, 1)


def test_a_batch_left_unfinished_is_swept_away_later(tmp_path: Path) -> None:
    young, old = tmp_path / "1-1.part", tmp_path / "2-1.part"
    for file in (young, old):
        file.write_bytes(LINE)
    long_ago = time.time() - spools.FORGOTTEN_SECONDS - 10
    os.utime(old, (long_ago, long_ago))
    spools.sweep(tmp_path)
    assert young.exists()
    assert not old.exists()
