import { crc32, deflateRawSync } from 'node:zlib';
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8_NAMES = 0x0800;
const VERSION = 20;
/** Writes a ZIP archive below 4 GiB, which is what office formats are made of. */
export function zip(entries, at) {
    const { date, time } = dosTime(at);
    const body = [];
    const directory = [];
    let offset = 0;
    for (const entry of entries) {
        const name = Buffer.from(entry.name);
        const data = typeof entry.data === 'string' ? Buffer.from(entry.data) : entry.data;
        const packed = entry.stored ? data : deflateRawSync(data);
        // What both headers say, from "version needed" to the length of the extra field.
        const facts = Buffer.alloc(26);
        facts.writeUInt16LE(VERSION, 0);
        facts.writeUInt16LE(UTF8_NAMES, 2);
        facts.writeUInt16LE(entry.stored ? 0 : 8, 4);
        facts.writeUInt16LE(time, 6);
        facts.writeUInt16LE(date, 8);
        facts.writeUInt32LE(crc32(data), 10);
        facts.writeUInt32LE(packed.length, 14);
        facts.writeUInt32LE(data.length, 18);
        facts.writeUInt16LE(name.length, 22);
        const central = Buffer.alloc(6);
        central.writeUInt32LE(CENTRAL, 0);
        central.writeUInt16LE(VERSION, 4);
        const place = Buffer.alloc(14); // comment, disk and attributes stay zero
        place.writeUInt32LE(offset, 10);
        directory.push(central, facts, place, name);
        const signature = Buffer.alloc(4);
        signature.writeUInt32LE(LOCAL);
        body.push(signature, facts, name, packed);
        offset += signature.length + facts.length + name.length + packed.length;
    }
    const central = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(central.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...body, central, end]);
}
/** The archive's clock has steps of two seconds and begins in 1980. */
function dosTime(at) {
    const years = Math.max(0, at.getUTCFullYear() - 1980);
    return {
        date: (years << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
        time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    };
}
