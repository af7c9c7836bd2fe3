import { watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { FOLDER } from './kinds.js';
import { idFrom } from './random.js';
/**
 * Serves a folder: each file is an item whose bytes are read from disk, each change becomes a mutation of the store.
 *
 * Ids follow from the path at first sight, so they are the same after a restart. A path that vanished while its inode turned up
 * elsewhere is a rename or a move and keeps its id. Symbolic links and special files are left out. What clients change through the
 * API stays in memory and never touches the disk.
 */
export async function serveFolder(store, root, options = {}) {
    const skip = new Set(options.skip ?? ['.git', 'node_modules']);
    const known = new Map();
    const apply = async () => adopt(store, known, await scan(root, skip), root);
    const first = await scan(root, skip);
    store.load(() => adopt(store, known, first, root));
    let running;
    let again = false;
    /** One scan at a time; a change during a scan asks for another one. */
    const rescan = () => {
        if (running) {
            again = true;
            return running;
        }
        running = (async () => {
            do {
                again = false;
                await apply();
            } while (again);
        })().finally(() => {
            running = undefined;
        });
        return running;
    };
    let timer;
    const watcher = watch(root, { recursive: true }, (_event, name) => {
        if (name !== null &&
            String(name)
                .split('/')
                .some((part) => skip.has(part)))
            return;
        clearTimeout(timer);
        timer = setTimeout(() => void rescan().catch(reportLost), options.settleMs ?? 100);
    });
    // A folder that goes away under the watch ends the watch; the files were reported as deleted before.
    watcher.on('error', reportLost);
    return {
        rescan,
        async [Symbol.asyncDispose]() {
            clearTimeout(timer);
            watcher.close();
            await running?.catch(() => undefined);
        },
    };
}
function reportLost(error) {
    console.error('Drive emulator: the served folder could not be read:', error);
}
/** Everything below `root`, folders before what is in them. */
async function scan(root, skip) {
    const found = new Map();
    const open = [root];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
        for (const name of await namesIn(folder)) {
            if (skip.has(name))
                continue;
            const full = join(folder, name);
            const stat = await lstat(full).catch(() => undefined);
            if (!stat?.isFile() && !stat?.isDirectory())
                continue;
            const path = relative(root, full);
            if (stat.isDirectory())
                open.push(full);
            found.set(path, {
                path,
                folder: stat.isDirectory(),
                size: stat.size,
                modifiedTime: Math.floor(stat.mtimeMs),
                createdTime: Math.floor(stat.birthtimeMs || stat.mtimeMs),
                inode: `${stat.dev}:${stat.ino}`,
            });
        }
    }
    return found;
}
async function namesIn(folder) {
    // A folder may vanish between being seen and being read.
    return (await readdir(folder).catch(() => [])).sort();
}
/** Makes the store follow what was found. */
function adopt(store, known, found, root) {
    followRenames(store, known, found, root);
    for (const entry of found.values()) {
        const before = known.get(entry.path);
        if (before && before.folder !== entry.folder)
            forget(store, known, before);
        const present = known.get(entry.path);
        if (!present)
            known.set(entry.path, { ...entry, id: add(store, known, entry, root) });
        else if (!entry.folder && (present.size !== entry.size || present.modifiedTime !== entry.modifiedTime)) {
            if (store.get(present.id)) {
                const { size, modifiedTime } = entry;
                store.edit(present.id, { disk: join(root, entry.path), size, modifiedTime });
            }
            known.set(entry.path, { ...entry, id: present.id });
        }
    }
    for (const entry of [...known.values()])
        if (!found.has(entry.path))
            forget(store, known, entry);
}
function followRenames(store, known, found, root) {
    const vanished = new Map([...known.values()].filter(({ path }) => !found.has(path)).map((entry) => [entry.inode, entry]));
    if (vanished.size === 0)
        return;
    for (const entry of found.values()) {
        const before = known.has(entry.path) ? undefined : vanished.get(entry.inode);
        // An inode is used again after a deletion: only the same size and time prove that it is the same file.
        const same = before && before.folder === entry.folder && (entry.folder || before.modifiedTime === entry.modifiedTime);
        if (!same || !store.get(before.id))
            continue;
        vanished.delete(entry.inode);
        relocate(store, known, before, entry, root);
    }
}
function relocate(store, known, before, entry, root) {
    known.delete(before.path);
    known.set(entry.path, { ...before, ...entry, size: before.size, modifiedTime: before.modifiedTime });
    const parent = parentId(store, known, entry.path);
    const name = nameOf(entry.path);
    const item = store.must(before.id);
    if (!item.parents.includes(parent))
        store.move(before.id, parent);
    if (item.name !== name)
        store.rename(before.id, name);
    if (item.content?.from === 'disk')
        item.content.path = join(root, entry.path);
    if (!entry.folder)
        return;
    // What was in the folder moved with it: same items, other paths.
    for (const inner of [...known.values()]) {
        if (!inner.path.startsWith(`${before.path}/`))
            continue;
        const path = entry.path + inner.path.slice(before.path.length);
        known.delete(inner.path);
        known.set(path, { ...inner, path });
        const content = store.get(inner.id)?.content;
        if (content?.from === 'disk')
            content.path = join(root, path);
    }
}
function add(store, known, entry, root) {
    const { modifiedTime, createdTime, size } = entry;
    return store.create({
        id: freeId(store, entry.path),
        name: nameOf(entry.path),
        parent: parentId(store, known, entry.path),
        createdTime,
        modifiedTime,
        ...(entry.folder ? { mimeType: FOLDER } : { disk: join(root, entry.path), size }),
    }).id;
}
function freeId(store, path) {
    for (let attempt = 0;; attempt++) {
        const id = idFrom(`folder:${attempt === 0 ? '' : attempt}:${path}`, '1', 33);
        if (!store.get(id))
            return id;
    }
}
function parentId(store, known, path) {
    const id = known.get(dirname(path))?.id;
    return id !== undefined && store.get(id) ? id : store.primary.rootId;
}
function nameOf(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}
function forget(store, known, entry) {
    known.delete(entry.path);
    if (store.get(entry.id))
        store.remove(entry.id);
}
