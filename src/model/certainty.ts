/** What can be said of something that depends on what may not be known. */
export type Certainty = 'yes' | 'no' | 'maybe';

/** `yes` where all are, `no` where one is. */
export function allOf(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes('no')) return 'no';
  return certainties.includes('maybe') ? 'maybe' : 'yes';
}

/** `yes` where one is, `no` where none can be. */
export function anyOf(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes('yes')) return 'yes';
  return certainties.includes('maybe') ? 'maybe' : 'no';
}

export function not(certainty: Certainty): Certainty {
  if (certainty === 'maybe') return 'maybe';
  return certainty === 'yes' ? 'no' : 'yes';
}

export function certainly(truth: boolean): Certainty {
  return truth ? 'yes' : 'no';
}
