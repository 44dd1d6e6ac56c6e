# Strata in a container: what it does is said by its environment and its command (docs/processes.md).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Cli --configuration Release --output /strata --verbosity quiet --nologo -p:AheadOfTime=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /strata /strata
# A volume that is new takes the owner of the folder it lies over.
RUN ln -s /strata/strata /usr/local/bin/strata && mkdir /data /shared && chown $APP_UID:$APP_UID /data /shared
USER $APP_UID
WORKDIR /data
ENV STRATA_DATA=/data Strata__Listen=0.0.0.0:51234
EXPOSE 51234
ENTRYPOINT ["strata"]
CMD ["serve"]
