"""A disk of a case's own, which fills up, fails or loses power: ext4 in a file, by a loop device. Needs root."""
import errno
import fcntl
import os
import pathlib
import struct

import pytest

from .podman import run, wait_until

# ext4's and XFS' way to play a power cut: from this moment nothing reaches the disk, also nothing that waits in memory.
FS_IOC_SHUTDOWN, WITHOUT_FLUSH = 0x8004587D, 2


class Disk:
    def __init__(self, lab, *, megabytes=400, inodes=4000):
        self.folder = lab.folder("disk")
        self._image = lab.folder("images") / "disk.img"
        with self._image.open("wb") as image:
            image.truncate(megabytes << 20)
        run(["mkfs.ext4", "-q", "-m", "0", "-N", inodes, self._image])
        lab.closing.callback(run, ["umount", "--lazy", self.folder], check=False)
        self.mount()

    def mount(self):
        """As a machine does at its boot: what is half done in the journal is done or undone."""
        done = run(["mount", "-o", "loop,errors=remount-ro", self._image, self.folder], check=False)
        if "loop" in done.stderr and done.returncode != 0:
            pytest.skip(f"this machine has no loop devices to make disks from: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        self.folder.chmod(0o755)

    def unmount(self):
        run(["umount", self.folder])

    def check(self):
        """Fails unless the file system, unmounted, is whole once its journal has been replayed."""
        done = run(["e2fsck", "-f", "-y", self._image], check=False)
        assert done.returncode == 0 or "UNEXPECTED" not in done.stdout, done.stdout

    def cut_power(self):
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, FS_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSH))
        finally:
            os.close(folder)

    def fail(self):
        """The file system finds an error in itself, and can only be read from then on."""
        device = run(["findmnt", "--noheadings", "--output=SOURCE", self.folder]).stdout.strip()
        pathlib.Path("/sys/fs/ext4", pathlib.Path(device).name, "trigger_fs_error").write_text("1")

    def fill(self):
        """No room any more, for nobody. What is freed at first, as mail under way leaves the queue, is taken too."""
        wait_until("nobody to free room", lambda: self._take_room() == 0, interval=1)

    def _take_room(self):
        """How many octets there were."""
        with (self.folder / "ballast").open("ab") as ballast:
            before = ballast.seek(0, os.SEEK_END)
            for size in (1 << 24, 1 << 20, 1 << 12):
                while True:
                    try:
                        os.posix_fallocate(ballast.fileno(), ballast.tell(), size)
                        ballast.seek(size, os.SEEK_CUR)
                    except OSError as problem:
                        assert problem.errno == errno.ENOSPC
                        break
            return ballast.tell() - before

    def fill_inodes(self):
        """No new file any more, though there is room."""
        folder = self.folder / "ballast"
        folder.mkdir()
        for number in range(1 << 20):
            try:
                (folder / str(number)).touch()
            except OSError as problem:
                assert problem.errno == errno.ENOSPC
                return

    def free(self):
        """Takes away what filled it."""
        run(["rm", "-rf", self.folder / "ballast"])
