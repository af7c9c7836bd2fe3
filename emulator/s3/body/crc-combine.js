/**
 * The CRC of A followed by B, from the CRCs of A and of B and B's length.
 *
 * Appending n zero bytes to A multiplies its CRC by x^(8n) modulo the polynomial; the CRC of B is then added (xor).
 * The bits are reflected, so x^0 is the highest bit and multiplying by x shifts right. `polynomial` is in that form.
 * An initial value and final xor of all ones, as all S3's CRCs have them, cancel out.
 */
export function combineCrc(polynomial, a, b, lengthOfB) {
    const bits = BigInt(b.length * 8);
    const one = 1n << (bits - 1n);
    let shift = one; // x^(8·length), by repeated squaring
    let power = one >> 8n; // x^8
    for (let rest = lengthOfB; rest > 0; rest = Math.floor(rest / 2)) {
        if (rest % 2 === 1)
            shift = multiply(shift, power, polynomial, one);
        power = multiply(power, power, polynomial, one);
    }
    const combined = multiply(toBigInt(a), shift, polynomial, one) ^ toBigInt(b);
    return Buffer.from(combined.toString(16).padStart(b.length * 2, '0'), 'hex');
}
function multiply(a, b, polynomial, one) {
    let product = 0n;
    let shifted = b;
    for (let bit = one; bit > 0n; bit >>= 1n) {
        if ((a & bit) !== 0n)
            product ^= shifted;
        shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
    }
    return product;
}
function toBigInt(bytes) {
    return BigInt(`0x${bytes.toString('hex')}`);
}
