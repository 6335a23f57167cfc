/** The servers that are embedded, pinned. What is downloaded is kept in a folder that is named after its version. */
export const kafkaVersion = '4.3.1';
/** Kafka logs through SLF4J 1.7 and names no binding; this one is of the log4j that it brings along. */
export const log4jVersion = '2.25.4';
export const registryVersion = '3.3.3';
/** Apicurio Registry 3.3 needs it; Kafka needs 17. */
export const leastJavaVersion = 21;
export const mavenDependencyPlugin = '3.8.1';
