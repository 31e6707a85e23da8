import { createCrc, encodeCrc } from './crc.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { MD5_CRC64_KERNEL, MD5_STATE } from './kernels.ts';

/** MD5 and CRC64NVME of the same bytes in the time of MD5 alone. Holds back up to 256 KiB, which it hashes together. */
export interface Md5Crc64Digester {
  update(chunk: Uint8Array): void;
  /** Both digests, big-endian. Once, until `restart`. */
  digests(): { readonly MD5: Uint8Array; readonly CRC64NVME: Uint8Array };
  restart(): void;
}

const BLOCK_SIZE_BYTES = 64;
const ONES = (1n << 64n) - 1n;

/** @see https://www.rfc-editor.org/rfc/rfc1321 section 3.3 */
const MD5_START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** Kernels that nobody uses. Their number is that of the contents that were ever digested at the same time. */
const idle: Kernel[] = [];

export function createMd5Crc64(): Md5Crc64Digester {
  let kernel: Kernel | undefined;
  let register = ONES;
  let sizeBytes = 0;
  let waitingBytes = 0;
  let isDone = false;

  function running(): Kernel {
    if (isDone) throw new Error('update or second digest after digest of MD5 and CRC64NVME');
    kernel ??= startKernel();
    return kernel;
  }

  return {
    update(chunk) {
      const { input, update } = running();
      sizeBytes += chunk.length;
      for (let rest = chunk; rest.length > 0;) {
        const piece = rest.subarray(0, input.length - waitingBytes);
        input.set(piece, waitingBytes);
        waitingBytes += piece.length;
        rest = rest.subarray(piece.length);
        if (waitingBytes < input.length) continue;
        register = update(register, waitingBytes);
        waitingBytes = 0;
      }
    },
    digests() {
      const used = running();
      const blocksBytes = waitingBytes - (waitingBytes % BLOCK_SIZE_BYTES);
      const last = used.input.slice(blocksBytes, waitingBytes);
      if (blocksBytes > 0) register = used.update(register, blocksBytes);
      const digests = { MD5: finishMd5(used, last, sizeBytes), CRC64NVME: finishCrc(register, last) };
      idle.push(used);
      kernel = undefined;
      isDone = true;
      return digests;
    },
    restart() {
      if (kernel !== undefined) idle.push(kernel);
      kernel = undefined;
      [register, sizeBytes, waitingBytes, isDone] = [ONES, 0, 0, false];
    },
  };
}

function startKernel(): Kernel {
  const kernel = idle.pop() ?? createKernel(MD5_CRC64_KERNEL);
  for (const [index, word] of MD5_START.entries()) kernel.memory.setUint32(MD5_STATE + index * 4, word, true);
  return kernel;
}

/** The last block or two: what is left, one bit, zeros, and the number of bits. */
function finishMd5({ memory, input, update }: Kernel, last: Uint8Array, sizeBytes: number): Uint8Array {
  const padded = Buffer.alloc(last.length + 9 > BLOCK_SIZE_BYTES ? 2 * BLOCK_SIZE_BYTES : BLOCK_SIZE_BYTES);
  padded.set(last);
  padded[last.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(sizeBytes) * 8n, padded.length - 8);
  input.set(padded);
  update(0n, padded.length);
  return new Uint8Array(memory.buffer.slice(MD5_STATE, MD5_STATE + 16));
}

function finishCrc(register: bigint, last: Uint8Array): Uint8Array {
  const sofar = Buffer.from(encodeCrc('CRC64NVME', register ^ ONES)).toString('base64');
  const crc = createCrc('CRC64NVME', sofar);
  crc.update(last);
  return crc.digest();
}
