/** The Region of the steering ledger, for the environment of the functions. */
const describeRegion = require('./region.cjs');

module.exports = async ({ resolveVariable }) => (await describeRegion(resolveVariable)).steeringRegion;
