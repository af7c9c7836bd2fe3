/**
 * What a state means for the reader, alike on every page. Green: proven. Grey: idle. Amber: it will mend itself. Red: a person
 * must act, and nothing else is red.
 */
export type Tone = 'proven' | 'idle' | 'mending' | 'act'
