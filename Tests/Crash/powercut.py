"""What a disk holds after a power cut: a model of files, names, and what of both was asked to be kept.

`faults.c` records every call that changes files. The model plays the record up to a call and gives what may be left then:

lost    only what was synced: bytes by fsync of their file, names by fsync of their folder
names   names are as they were last, as file systems with a journal of their own often keep them; bytes only where synced
zeros   as `names`, and files have their last length: what was not synced in them is zeros
"""

import os
import pathlib
import time

VARIANTS = ("lost", "names", "zeros")


class Node:
    """A file, a link (its `data` is where it points) or a folder (its `data` is a dictionary of names)."""

    def __init__(self, kind, data, mode=0o644):
        self.kind, self.data, self.mode = kind, data, mode
        self.kept = kind("") if kind is str else kind()
        self.changed = None

    def keep(self):
        self.kept = self.kind(self.data)

    def now(self, variant):
        if self.kind is dict:
            return self.kept if variant == "lost" else self.data
        if self.kind is str:
            return self.data
        if variant == "zeros":
            return bytes(self.kept[: len(self.data)]) + bytes(max(0, len(self.data) - len(self.kept)))
        return bytes(self.kept)


class Disk:
    """A folder as it is now, all of it kept."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.nodes, self.calls, self.begun = {}, 0, time.time_ns()
        self.top = self.read(self.root)

    def read(self, path):
        status = os.lstat(path)
        if path.is_symlink():
            node = Node(str, os.readlink(path))
        elif path.is_dir():
            node = Node(dict, {child.name: self.read(child) for child in path.iterdir()}, status.st_mode & 0o7777)
        else:
            node = Node(bytearray, bytearray(path.read_bytes()), status.st_mode & 0o7777)
        node.keep()
        self.nodes[status.st_ino] = node
        return node

    def place(self, path):
        """The names in a path's folder, and its own name there."""
        *folders, name = pathlib.Path(path).relative_to(self.root).parts
        node = self.top
        for folder in folders:
            node = node.data[folder]
        return node.data, name

    def play(self, call, inode, offset, data, path, other):
        node = self.nodes.get(inode)
        self.calls += 1
        if call in ("create", "mkdir", "symlink"):
            kind, value = {"create": (bytearray, b""), "mkdir": (dict, {}), "symlink": (str, data.decode())}[call]
            node = self.nodes[inode] = Node(kind, kind(value), 0o755 if call == "mkdir" else 0o644)
            names, name = self.place(path)
            names[name] = node
        elif call == "truncate":
            node.data.clear()
        elif call == "write":
            node.data.extend(bytes(max(0, offset - len(node.data))))
            node.data[offset:offset + len(data)] = data
        elif call == "resize":
            del node.data[offset:]
            node.data.extend(bytes(offset - len(node.data)))
        elif call == "sync":
            node.keep()
        elif call == "remove":
            names, name = self.place(path)
            del names[name]
        else:
            names, name = self.place(path)
            targets, target = self.place(other)
            targets[target] = names[name]
            if call == "rename":
                del names[name]
        if call in ("create", "truncate", "write", "resize"):
            # What is older must look older, as it did.
            self.nodes[inode].changed = self.begun + self.calls * 1000

    def unrecorded(self, node=None, path=None):
        """Where the folder is not as the record says it must be: what changed it there is a call that nobody saw."""
        node, path = node or self.top, path or self.root
        if node.kind is dict:
            there = {child.name for child in path.iterdir()}
            found = [f"{path / name}" for name in sorted(there ^ set(node.data))]
            for name in there & set(node.data):
                found += self.unrecorded(node.data[name], path / name)
            return found
        now = os.readlink(path) if node.kind is str else path.read_bytes()
        return [] if now == node.data else [f"{path}"]

    def write(self, variant, node=None, path=None):
        """Puts what is left into the folder, which is empty or not there."""
        node, path = node or self.top, path or self.root
        left = node.now(variant)
        if node.kind is dict:
            path.mkdir(exist_ok=True)
            for name, child in left.items():
                self.write(variant, child, path / name)
        elif node.kind is str:
            path.symlink_to(left)
        else:
            path.write_bytes(left)
            path.chmod(node.mode)
            if node.changed:
                os.utime(path, ns=(node.changed, node.changed))


def records(path):
    """The calls of a record: number, program, and what `Disk.play` takes."""
    data = pathlib.Path(path).read_bytes()
    position = 0
    while position < len(data):
        end = data.index(b"\n", position)
        call, program, number, inode, offset, count, place, other = data[position:end].decode().split("\t")
        position = end + 1 + int(count)
        yield int(number), program, (call, int(inode), int(offset), data[end + 1:position], place, other)
