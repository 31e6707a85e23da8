/** Roughly where Regions are: latitude and longitude in degrees. */
const PLACES: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  'af-south-1': [-34, 18],
  'ap-east-1': [22, 114],
  'ap-northeast-1': [36, 140],
  'ap-northeast-2': [37, 127],
  'ap-northeast-3': [35, 135],
  'ap-south-1': [19, 73],
  'ap-south-2': [17, 78],
  'ap-southeast-1': [1, 104],
  'ap-southeast-2': [-34, 151],
  'ap-southeast-3': [-6, 107],
  'ap-southeast-4': [-38, 145],
  'ca-central-1': [45, -74],
  'ca-west-1': [51, -114],
  'eu-central-1': [50, 9],
  'eu-central-2': [47, 9],
  'eu-north-1': [59, 18],
  'eu-south-1': [45, 9],
  'eu-south-2': [42, -1],
  'eu-west-1': [53, -6],
  'eu-west-2': [52, 0],
  'eu-west-3': [49, 2],
  'il-central-1': [32, 35],
  'me-central-1': [24, 54],
  'me-south-1': [26, 50],
  'sa-east-1': [-24, -47],
  'us-east-1': [38, -78],
  'us-east-2': [40, -83],
  'us-west-1': [37, -122],
  'us-west-2': [46, -120],
};

/**
 * How far two Regions are apart, in degrees of a great circle: what AWS takes for near depends on the network, which is roughly
 * that. Unknown Regions are as far away as can be.
 */
export function distanceBetween(a: string, b: string): number {
  if (a === b) return 0;
  const [from, to] = [PLACES[a], PLACES[b]];
  if (from === undefined || to === undefined) return 180;
  const [latitude, otherLatitude] = [toRadians(from[0]), toRadians(to[0])];
  const apart = toRadians(from[1] - to[1]);
  const cosine =
    Math.sin(latitude) * Math.sin(otherLatitude) + Math.cos(latitude) * Math.cos(otherLatitude) * Math.cos(apart);
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
