/** Says why an event pattern is none, in the words of EventBridge after `Reason: `. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
}
