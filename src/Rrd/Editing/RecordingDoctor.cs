namespace Strata.Rrd.Editing;

/// <summary>
/// Examines a file against every rule of the format that can be seen in it: the stream and its footer, announcements, each message and each chunk, and whether
/// the footer tells of the chunks what is true of them. Reads all of it, one chunk at a time.
/// </summary>
public static class RecordingDoctor
{
    /// <exception cref="RrdFormatException">It is no recording, or one too old.</exception>
    public static async Task<Diagnosis> ExamineAsync(IRandomAccessBytes source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var findings = new DiagnosticList();
        var reader = await RrdReader.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        // The examination tells of each message itself, and more of it than that it was skipped.
        findings.Add(reader.Contents.Findings.Where(finding => finding.Rule is not (RrdRules.Message or RrdRules.Chunk)));
        return await new Examination(findings).RunAsync(source, reader.Contents, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Examination(DiagnosticList findings)
    {
        private readonly ChunkExamination _chunks = new(findings);
        private readonly RowIdExamination _rows = new(findings);
        private readonly Dictionary<StoreId, OutputStore> _stores = [];
        private readonly NameBudget _names = new();
        private long _read;

        public async Task<Diagnosis> RunAsync(IRandomAccessBytes source, RrdContents contents, CancellationToken cancellationToken)
        {
            var found = new FindingList();
            var registry = new StoreRegistry(found);
            var hasEnd = false;
            await foreach (var frame in DamagedFrames.ReadAsync(source, found, cancellationToken).ConfigureAwait(false))
            {
                hasEnd |= frame.Kind == MessageKind.End;
                try
                {
                    Examine(frame, registry);
                }
                catch (RrdFormatException e)
                {
                    findings.Add(e.Offset, frame.Kind == MessageKind.ArrowMsg ? RrdRules.Chunk : RrdRules.Message, $"expected {e.Expected}, found {e.Found}");
                }
            }
            findings.Add(found.ToList());
            await _rows.FinishAsync(source, cancellationToken).ConfigureAwait(false);
            if (!contents.UsedFooter && !contents.Findings.Any(f => f.Rule is RrdRules.Footer or RrdRules.FooterChecksum or RrdRules.Manifest or RrdRules.Concatenated))
            {
                findings.Add(source.Length, RrdRules.NoFooter, hasEnd ? "there is no footer, as before 0.28: every reader must scan all of it" : "there is neither End message nor footer: the writer was stopped, or wrote none; every reader must scan all of it");
            }
            foreach (var store in contents.Stores)
            {
                CompareFooter(store, contents.UsedFooter, source.Length);
            }
            return new Diagnosis(_read, findings.ToList());
        }

        private void Examine(in RrdFrame frame, StoreRegistry registry)
        {
            switch (frame.Kind)
            {
                case MessageKind.SetStoreInfo:
                    var info = WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo");
                    registry.SetStoreInfo(info, frame);
                    ApplicationIdOf(info, frame.Offset);
                    break;
                case MessageKind.ArrowMsg:
                    ExamineChunk(frame, registry);
                    break;
                case MessageKind.BlueprintActivationCommand:
                    var command = WireMessage.Parse(Wire.BlueprintActivationCommand.Parser, frame.Payload.Span, frame.Offset, "a BlueprintActivationCommand");
                    registry.Activate(command, frame);
                    Activated(command, frame.Offset, registry);
                    break;
                default:
                    break;
            }
        }

        private void Activated(Wire.BlueprintActivationCommand command, long offset, StoreRegistry registry)
        {
            if (registry.Resolve(command.BlueprintId) is not { } id)
            {
                return;
            }
            if (id.Kind != StoreKind.Blueprint)
            {
                findings.Add(offset, RrdRules.Activation, $"{id} is activated, which is a recording; expected a blueprint");
            }
            else if (registry.Get(id) is not { IsAnnounced: true })
            {
                findings.Add(offset, RrdRules.Activation, $"{id} is activated, which was not announced before");
            }
        }

        private void ApplicationIdOf(Wire.SetStoreInfo info, long offset)
        {
            if (info.Info?.StoreId is { ApplicationId: null } old && info.Info.ApplicationId is not null)
            {
                findings.Add(offset, RrdRules.ApplicationId, $"the id of '{old.RecordingId}' has no application id, as before 0.25");
            }
            var id = info.Info?.StoreId?.ApplicationId?.Id ?? info.Info?.ApplicationId?.Id ?? "";
            if (ApplicationId.Normalise(id) is var normalised && normalised != id)
            {
                findings.Add(offset, RrdRules.ApplicationId, $"the application id '{id}' is not allowed: Rerun reads it as '{normalised}'");
            }
        }

        private void ExamineChunk(in RrdFrame frame, StoreRegistry registry)
        {
            var message = ArrowMsg.Read(frame.Payload, frame.Offset);
            if (registry.Resolve(message.StoreId) is not { } id)
            {
                throw new RrdFormatException(frame.Offset, "a chunk of a store that is known", message.StoreId is null ? "none named" : $"'{message.StoreId.RecordingId}'", "It is left out.");
            }
            if (registry.Get(id) is { IsAnnounced: false })
            {
                findings.Add(frame.Offset, RrdRules.StoreOrder, $"a chunk stands before the announcement of its store {id}: a server that has no footer refuses the file");
            }
            if (message.Encoding != ArrowMsg.ArrowIpc)
            {
                throw new RrdFormatException(frame.Offset, "a chunk encoded as Arrow IPC (1)", $"encoding {message.Encoding}", "It is left out.");
            }
            var stream = IpcPayload.Uncompress(message.Payload, message.Compression, message.UncompressedSize, frame.Offset);
            var batch = IpcPayload.ReadBatch(stream, frame.Offset);
            var chunk = ChunkReader.Read(batch, frame.Offset, out var falselySorted);
            _read++;
            if (falselySorted is not null)
            {
                findings.Add(frame.Offset, RrdRules.FalselySorted, $"the timeline '{falselySorted}' of a chunk of {chunk.EntityPath} is marked as sorted and is not");
            }
            _chunks.Examine(id, message, batch, stream, chunk, frame.Offset);
            Index(id, chunk, frame, stream.Length);
        }

        private void Index(StoreId id, Chunk chunk, in RrdFrame frame, int streamBytes)
        {
            if (!_stores.TryGetValue(id, out var store))
            {
                _stores.Add(id, store = new OutputStore(id));
            }
            if (!store.ChunkIds.Add(chunk.Id))
            {
                findings.Add(frame.Offset, RrdRules.DuplicateChunk, $"a second chunk has the id {chunk.Id.ToChunkId()}: Rerun drops it");
                return;
            }
            _names.Charge(store.Schema.NewNameChars(chunk) + (store.Manifest.Knows(chunk.EntityPath) ? 0 : chunk.EntityPath.ToString().Length), frame.Offset);
            store.Manifest.Add(chunk, frame.Offset, frame.Payload.Length, streamBytes);
            store.Schema.Add(chunk);
            _rows.Examine(id, chunk, new ChunkEntry(store.Manifest.Count - 1, chunk.EntityPath, chunk.Id, chunk.IsStatic, chunk.NumRows, frame.Offset, frame.Payload.Length, streamBytes));
        }

        private void CompareFooter(RrdStore store, bool usedFooter, long end)
        {
            if (!_stores.TryGetValue(store.Id, out var seen) || seen.Manifest.Count == 0)
            {
                return;
            }
            var part = FooterPart.Of(seen.Manifest, seen.Schema);
            if (part.Broken is { } broken)
            {
                findings.Add(end, RrdRules.Manifest, $"no footer can be written for {store.Id}: {broken}");
            }
            if (usedFooter)
            {
                ManifestExamination.Compare(ManifestTable.From(store.Manifest), ManifestTable.From(part.Manifest), store, findings);
                if (!part.Schema.Sha256.Span.SequenceEqual(store.SchemaSha256.Span))
                {
                    findings.Add(end, RrdRules.Schema, $"the schema of {store.Id} in the footer is not that of its chunks");
                }
            }
        }
    }
}
