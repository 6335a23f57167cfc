/** Where the tests' stack is. */
export interface TestAddresses {
  readonly kafka: string;
  readonly registryUrl: string;
  readonly databaseUrl: string;
}

export function testAddresses(env: Readonly<Record<string, string | undefined>>): TestAddresses | undefined {
  const kafka = env['PUEBLA_TEST_KAFKA'];
  const registryUrl = env['PUEBLA_TEST_REGISTRY'];
  const databaseUrl = env['PUEBLA_TEST_DATABASE_URL'];
  return kafka && registryUrl && databaseUrl ? { kafka, registryUrl, databaseUrl } : undefined;
}

/** The stack that is shared by all tests of a run. Topics, subjects and schemas that a test makes need names of its own. */
export function testStack(): TestAddresses {
  const addresses = testAddresses(process.env);
  if (!addresses)
    throw new Error('No stack: a test that needs one is named *.int.test.ts or lies in tests/.');
  return addresses;
}
