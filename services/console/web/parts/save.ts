/** Hands texts, one behind the other, to the reader as a file. */
export function save(name: string, type: string, texts: readonly string[]): void {
  const address = URL.createObjectURL(new Blob([...texts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it when the click is over; some take it a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
