"""Files that are replaced as a whole or not at all."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from sknn.storage import atomic_file, read


def test_replaces_a_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with atomic_file(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path):
    with atomic_file(tmp_path / "a") as file:
        file.write(b"x")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_failure_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail():
        with atomic_file(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_link_goes_on_pointing_to_the_file(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with atomic_file(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["no folder/a", "."])
def test_an_error_names_the_file(tmp_path, name):
    with pytest.raises(OSError, match=r"no folder/a|is a folder"), atomic_file(tmp_path / name):
        pass


def age(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


def test_removes_what_killed_processes_left_and_nothing_else(tmp_path):
    """Nobody's number of a process is asked: on a folder shared by machines it is another's."""
    token = "0123456789abcdef"
    of_others = [
        f"b.{token}.unfinished",
        "a.x.unfinished",
        f"a.b.{token}.unfinished",
        "a.unfinished",
    ]
    under_way = "a.fedcba9876543210.unfinished"
    for name in [f"a.{token}.unfinished", under_way, *of_others]:
        (tmp_path / name).touch()
        age(tmp_path / name, 25 * 3600)
    age(tmp_path / under_way, 23 * 3600)
    with atomic_file(tmp_path / "a") as file:
        file.write(b"x")
    assert sorted(os.listdir(tmp_path)) == sorted(["a", under_way, *of_others])


def test_two_that_write_at_once_do_not_share_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 7)  # as in two containers
    path = tmp_path / "a"
    with atomic_file(path) as one:
        one.write(b"one")
        with atomic_file(path) as other:
            other.write(b"another")
        assert path.read_bytes() == b"another"
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_that_is_there_is_not_written_into(tmp_path, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda n: "0" * 16)
    taken = tmp_path / f"a.{'0' * 16}.unfinished"
    taken.write_bytes(b"of another")
    with pytest.raises(FileExistsError, match="while writing"), atomic_file(tmp_path / "a"):
        pass
    assert taken.read_bytes() == b"of another"


def test_a_name_that_leaves_no_room_for_an_ending_is_named_as_it_was_given(tmp_path):
    path = tmp_path / ("n" * 241)
    with pytest.raises(OSError, match="while writing") as caught, atomic_file(path):
        pass
    assert caught.value.errno == errno.ENAMETOOLONG
    assert caught.value.filename == str(path)


def test_a_full_disk_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match=r"while writing: '.*a\.txt'"), atomic_file(path) as file:
            file.write(bytes(10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_kill_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    code = f"""
import os, signal
from sknn.storage import atomic_file
with atomic_file({str(path)!r}) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = set(os.listdir(tmp_path)) - {"a.txt"}
    age(tmp_path / left, 25 * 3600)
    with atomic_file(path) as file:
        file.write(b"new")
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_neither_replaced_nor_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="a device or a pipe"), atomic_file(pipe):
        pass
    with pytest.raises(OSError, match="a device or a pipe"):
        read(pipe, ["estimator"])
    assert pipe.is_fifo()
