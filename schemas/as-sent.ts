/**
 * A generated type as it arrives: every field may be left out (Avro has a default for it), and so may an item of a list that was found
 * wrong before.
 */
export type AsSent<T> = T extends readonly (infer Item)[]
  ? readonly (AsSent<Item> | undefined)[]
  : T extends object
    ? { readonly [Name in keyof T]?: AsSent<T[Name]> | undefined }
    : T;
