const WORDS = {
  lease: 'the lane’s lease would not outlast the call',
  permit: 'the permit would not outlast the call',
  'other-table': 'the table was replaced',
  replicas: 'the table has replicas in other Regions',
  unmarked: 'the table does not bear the mark of the verification that made it',
} as const;

/** A call that changes something was held back: nothing was sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
  readonly because: keyof typeof WORDS;
  constructor(because: keyof typeof WORDS) {
    super(WORDS[because]);
    this.because = because;
  }
}
