/** What the framework makes of a function's name in serverless.yml. */
const logicalIdOf = (name) =>
  `${name[0].toUpperCase()}${name.slice(1).replaceAll('-', 'Dash').replaceAll('_', 'Underscore')}LambdaFunction`;

/** Resolves with the functions of serverless.yml: name, logical id, and time-out in seconds. */
module.exports = async function describeFunctions(resolveConfigurationProperty) {
  const functions = await resolveConfigurationProperty(['functions']);
  const usual = await resolveConfigurationProperty(['provider', 'timeout']);
  return Object.entries(functions).map(([name, { timeout = usual }]) => ({
    name,
    logicalId: logicalIdOf(name),
    timeoutS: timeout,
  }));
};
