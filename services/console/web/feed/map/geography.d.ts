declare module 'virtual:geography' {
  /** Countries of the region, cut out of the atlas at build time. */
  const geography: import('../../../geography.ts').Geography;
  export default geography;
}
