import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMBINABLE_ALGORITHMS } from '../src/model/checksum.ts';
import { buildCrcKernel, INPUT, INPUT_SIZE_BYTES } from './kernels/crc-kernel.ts';
import { buildMd5Crc64Kernel, MD5_STATE } from './kernels/md5-crc64-kernel.ts';

const TARGET: string = fileURLToPath(new URL('../src/digest/kernels.ts', import.meta.url));

/** The text of src/digest/kernels.ts: the same for the same source, on any machine. */
export function formatKernels(): string {
  const entries = COMBINABLE_ALGORITHMS.map((algorithm) => {
    return `  ${algorithm}:\n    '${Buffer.from(buildCrcKernel(algorithm)).toString('base64')}',\n`;
  });
  return `import type { CombinableAlgorithm } from '../model/checksum.ts';

/** WebAssembly, in base64. Written by scripts/build-kernels.ts from scripts/kernels; a test compares the two. */
export const CRC_KERNELS: Readonly<Record<CombinableAlgorithm, string>> = {
${entries.join('')}};

/** MD5 and CRC64NVME at once; the state of the MD5 stands in its memory. */
export const MD5_CRC64_KERNEL =
  '${Buffer.from(buildMd5Crc64Kernel()).toString('base64')}';

/** Address of the four words of that state, little-endian. */
export const MD5_STATE = ${MD5_STATE};

/** Address in the memory of a kernel where it expects its input. */
export const KERNEL_INPUT = ${INPUT};

/** How many bytes fit there. */
export const KERNEL_INPUT_SIZE_BYTES = ${INPUT_SIZE_BYTES};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, formatKernels());
