# The image of adc: docker build --tag adc . && docker run --rm --volume "$PWD:/work" adc lint
FROM node:24-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df AS build
WORKDIR /source
COPY . .
RUN npm ci && npm run build
RUN npm pack --pack-destination /tmp && npm install --global --offline --prefix /adc /tmp/adc-products-*.tgz

FROM node:24-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df
COPY --from=build /adc /usr/local
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["adc"]
