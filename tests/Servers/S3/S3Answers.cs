using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Strata.Servers;

/// <summary>Answers as S3 writes them.</summary>
public static class S3Answers
{
    private static readonly XNamespace Names = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static Task FailAsync(HttpContext context, int status, string code)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = status;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : WriteAsync(context, new XElement("Error", new XElement("Code", code), new XElement("Message", code)));
    }

    internal static Task XmlAsync(HttpContext context, string root, params object?[] content) => WriteAsync(context, Named(new XElement(root, content)));

    private static XElement Named(XElement element)
    {
        foreach (var each in element.DescendantsAndSelf())
        {
            each.Name = Names + each.Name.LocalName;
        }

        return element;
    }

    private static Task WriteAsync(HttpContext context, XElement root)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(root.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }
}
