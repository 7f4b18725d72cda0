/** Says what happens in a world, line by line. */
export type Trace = (line: string) => void;
