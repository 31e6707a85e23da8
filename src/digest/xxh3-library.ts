/**
 * The two algorithms that are used of a library of thirty. A module of its own, because a bundler can leave out the rest
 * of what is imported by name, but not of what is imported lazily.
 */
export { createXXHash128, createXXHash3 } from 'hash-wasm';
