/**
 * A value whose JSON text is already known, standing where the model has a structure, list or map.
 * JSON protocols splice the text into the answer: DynamoDB answers a stored item without parsing it.
 * The text must be valid JSON in wire form; other protocols parse it.
 */
export class EncodedJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
