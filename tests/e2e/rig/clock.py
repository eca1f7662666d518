"""The wall clock of an appliance: all of its processes see another time than this machine; see images/wall_clock.c."""
from .podman import label, podman


class Clock:
    def __init__(self, lab):
        """To be made before the appliance, which is started with `options`."""
        folder = lab.folder("clock")
        self._ahead = folder / "wall-clock"
        (folder / "preload").write_text("/usr/local/lib/wall_clock.so\n")
        podman("run", "--rm", label(), f"--volume={folder}:/out", lab.IMAGE, "cp", "/usr/local/lib/wall_clock.so", "/out/")
        self.set(0)
        self.options = [f"--volume={folder}/wall_clock.so:/usr/local/lib/wall_clock.so:ro",
                        f"--volume={folder}/preload:/etc/ld.so.preload:ro", f"--volume={self._ahead}:/etc/wall-clock:ro"]

    def set(self, ahead):
        """From this moment that many seconds ahead of this machine."""
        self._ahead.write_text(f"{ahead}\n")
